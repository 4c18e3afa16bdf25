"""How much energy that is: against other months, by day, and what a day costs."""

from __future__ import annotations

from decimal import Decimal

from billing.invoice_pdf.pen import TINT, Pen
from billing.invoice_pdf.sheet import mm
from billing.invoice_pdf.table import draw_title
from billing.model import Invoice, MonthlyConsumption
from billing.wording import decimal, money, number

UNKNOWN = "-"

TILE, GAP = 11 * mm, 1.5 * mm
BELOW_TITLE, BELOW_TILES = 3 * mm, 4 * mm

SUMMARY_HEIGHT = BELOW_TITLE + 2 * TILE + GAP + BELOW_TILES
"""From the base line of the title to the upper edge of what comes next."""


def draw_summary(pen: Pen, invoice: Invoice, x: float, top: float, width: float) -> float:
    """Tiles two by two, ``top`` being the base line of the title; returns what is below."""
    draw_title(pen, x, top, "Resumo do consumo")
    tile = (width - GAP) / 2
    upper = top - BELOW_TITLE
    for place, (label, value) in enumerate(consumption_summary(invoice)):
        left = x + place % 2 * (tile + GAP)
        y = upper - TILE - place // 2 * (TILE + GAP)
        pen.box(left, y, tile, TILE, TINT)
        pen.field(left + 2.5 * mm, y + 2.7 * mm, label, value, tile - 5 * mm, 9.5)
    return top - SUMMARY_HEIGHT


def consumption_summary(invoice: Invoice) -> tuple[tuple[str, str], ...]:
    """What is compared, and its value; a dash where the unit is too new for it."""
    before, days = invoice.history[:-1], max(invoice.reading.days, 1)
    per_day = Decimal(invoice.reading.consumption_kwh) / days
    cents_per_day = (2 * invoice.bill.amount_cents + days) // (2 * days)
    return (
        _average(before),
        ("Mesmo mês do ano passado", _a_year_earlier(invoice)),
        (
            f"Consumo por dia ({days} {'dia' if days == 1 else 'dias'})",
            f"{decimal(per_day, 1)} kWh",
        ),
        ("Custo médio por dia", money(cents_per_day)),
    )


def _average(before: tuple[MonthlyConsumption, ...]) -> tuple[str, str]:
    if not before:
        return "Média dos meses anteriores", UNKNOWN
    average = Decimal(sum(one.kwh for one in before)) / len(before)
    label = "Mês anterior" if len(before) == 1 else f"Média dos {len(before)} meses anteriores"
    return label, f"{decimal(average, 0)} kWh"


def _a_year_earlier(invoice: Invoice) -> str:
    month = invoice.bill.month
    wanted = month.replace(year=month.year - 1)
    found = [one.kwh for one in invoice.history if one.month == wanted]
    return f"{number(found[0])} kWh" if found else UNKNOWN
