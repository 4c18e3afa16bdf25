"""Thirteen months of consumption as bars, with their values (REN ANEEL 1.000/2021 art. 327)."""

from __future__ import annotations

from billing.invoice_pdf.pen import ACCENT, BOLD, BRAND, INK, REGULAR, SOFT, Pen
from billing.invoice_pdf.sheet import mm
from billing.invoice_pdf.table import draw_title
from billing.model import Invoice
from billing.wording import number, short_month

MONTHS = 13
LABELS = 4.5 * mm
"""Below the bars, for the months."""
HEADING = 9.5 * mm
"""Above the tallest bar, for the title and its value."""


def draw_chart(
    pen: Pen, invoice: Invoice, x: float, top: float, width: float, height: float
) -> None:
    """Draw it with ``top`` as the base line of its title; the billed month stands out."""
    draw_title(pen, x, top, "Consumo dos últimos 13 meses (kWh)")
    history = invoice.history[-MONTHS:]
    highest = max((one.kwh for one in history), default=0) or 1
    base, tallest = top - height + LABELS, height - LABELS - HEADING
    step = width / MONTHS
    pen.line(x, base, width)
    for place, one in enumerate(history):
        # The billed month is always the last, even where the unit is too new for the others.
        left = x + (MONTHS - len(history) + place) * step
        bar = tallest * one.kwh / highest
        is_billed = place == len(history) - 1
        pen.canvas.setFillColor(ACCENT if is_billed else BRAND)
        pen.canvas.rect(left + step * 0.18, base, step * 0.64, bar, stroke=0, fill=1)
        for y, words, size, font, color in (
            (base + bar + 1.2 * mm, number(one.kwh), 6.0, BOLD, INK),
            (base - 3.2 * mm, short_month(one.month), 5.8, BOLD if is_billed else REGULAR, SOFT),
        ):
            pen.text(
                left + step / 2, y, words, size=size, font=font, color=color, width=step,
                align="center",
            )  # fmt: skip
