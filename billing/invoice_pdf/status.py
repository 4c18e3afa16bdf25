"""A stripe that says at once that a bill is overdue, or that it needs no more paying."""

from __future__ import annotations

from datetime import date

from billing.invoice_pdf.pen import ALERT, ALERT_TINT, BOLD, DONE, DONE_TINT, INK, Pen
from billing.invoice_pdf.sheet import LEFT, WIDTH, mm
from billing.model import Bill
from billing.wording import day

HEIGHT = 8 * mm
GAP = 3 * mm


def draw_status(pen: Pen, bill: Bill, today: date, top: float) -> float:
    """Draw it below ``top`` if there is something to say; returns where the rest begins."""
    overdue = bill.days_overdue(today)
    if bill.paid_on:
        first, rest = f"CONTA PAGA em {day(bill.paid_on)}", "Não é preciso pagar de novo."
    elif overdue:
        days = "dia" if overdue == 1 else "dias"
        first = f"Conta vencida há {overdue} {days}"
        # REN ANEEL 1.000/2021 art. 343: charges for lateness come on a later bill.
        rest = "Multa, juros e correção pelo atraso são cobrados na próxima conta."
    else:
        return top
    color, tint = (DONE, DONE_TINT) if bill.paid_on else (ALERT, ALERT_TINT)
    pen.box(LEFT, top - HEIGHT, WIDTH, HEIGHT, tint)
    y = top - HEIGHT + 2.8 * mm
    pen.text(LEFT + 4 * mm, y, first, size=9.5, font=BOLD, color=color, width=WIDTH * 0.4)
    pen.text(LEFT + WIDTH - 4 * mm, y, rest, size=8, color=INK, width=WIDTH * 0.54, align="right")
    return top - HEIGHT - GAP
