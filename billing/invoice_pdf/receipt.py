"""The bottom of the page of a paid bill: that it is paid, and no code to pay it again."""

from __future__ import annotations

from datetime import date

from billing.invoice_pdf.pen import BOLD, DONE, DONE_TINT, SOFT, Pen
from billing.invoice_pdf.sheet import LEFT, SLIP_TOP, WIDTH, mm
from billing.model import Invoice
from billing.wording import day, money, month

HEIGHT = 52 * mm


def draw_receipt(pen: Pen, invoice: Invoice, paid_on: date) -> None:
    """A tinted panel in the place of the payment slip."""
    bill = invoice.bill
    top = SLIP_TOP - 4 * mm
    pen.box(LEFT, top - HEIGHT, WIDTH, HEIGHT, DONE_TINT)
    middle = LEFT + WIDTH / 2
    pen.text(middle, top - 18 * mm, "CONTA PAGA", size=30, font=BOLD, color=DONE, align="center")
    words = f"Pagamento registrado em {day(paid_on)}. Esta via não tem código para pagar."
    pen.text(middle, top - 26 * mm, words, size=9.5, align="center")
    fields = (
        ("Pago em", day(paid_on)),
        ("Valor da conta", money(bill.amount_cents)),
        ("Referência", month(bill.month)),
        ("Código único (conta contrato)", invoice.unit.customer_code),
    )
    inset = 12 * mm
    step = (WIDTH - 2 * inset) / len(fields)
    pen.line(LEFT + inset, top - 33 * mm, WIDTH - 2 * inset)
    for place, (label, value) in enumerate(fields):
        x = LEFT + inset + (place + 0.5) * step
        pen.text(x, top - 39 * mm, label, size=7, color=SOFT, width=step - 4 * mm, align="center")
        pen.text(x, top - 44.5 * mm, value, size=11, font=BOLD, width=step - 4 * mm, align="center")
