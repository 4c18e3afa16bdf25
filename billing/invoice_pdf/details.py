"""The middle of the page: the reading, and what the value is made of.

REN ANEEL 1.000/2021 art. 327: quantities, prices, flags, taxes.
"""

from __future__ import annotations

from billing.invoice_pdf.pen import TINT, Pen
from billing.invoice_pdf.sheet import LEFT, WIDTH, mm
from billing.invoice_pdf.table import BELOW_HEAD, TITLE, Column, draw_table
from billing.model import Invoice
from billing.wording import day, money, number

ROW = 4.9 * mm
"""Height of a row where there is room for it."""


def draw_reading(pen: Pen, invoice: Invoice, top: float) -> float:
    """One row: dates, days, meter, what it showed. Returns its lower edge."""
    reading = invoice.reading
    fields = (
        ("Leitura anterior", day(reading.previous_on), 0.125),
        ("Leitura atual", day(reading.current_on), 0.125),
        ("Dias", str(reading.days), 0.07),
        ("Próxima leitura", day(reading.next_on), 0.125),
        ("Medidor", reading.meter, 0.15),
        ("Registro anterior", number(reading.previous_kwh), 0.135),
        ("Registro atual", number(reading.current_kwh), 0.125),
        ("Consumo", f"{number(reading.consumption_kwh)} kWh", 0.145),
    )
    height, inset = 12 * mm, 4 * mm
    pen.box(LEFT, top - height, WIDTH, height, TINT)
    x, room = LEFT + inset, WIDTH - 1.5 * inset
    for label, value, share in fields:
        pen.field(x, top - 8.6 * mm, label, value, share * room - 2 * mm, 8.5)
        x += share * room
    return top - height


def draw_items(pen: Pen, invoice: Invoice, top: float, width: float, height: float) -> float:
    """What the value is made of, line by line, in at most ``height``; returns the lower edge."""
    columns = (
        Column("Descrição", 0, width * 0.5, "left"),
        Column("kWh", width * 0.5, width * 0.61),
        Column("Preço com tributos", width * 0.61, width * 0.81),
        Column("Valor", width * 0.81, width),
    )
    rows = [
        (
            item.description,
            number(item.quantity_kwh) if item.quantity_kwh is not None else "",
            _unit_price(item.unit_price_millionths),
            money(item.amount_cents),
        )
        for item in invoice.items
    ]
    rows.append(("Total", "", "", money(invoice.bill.amount_cents)))
    # A row lower than the usual carries smaller text, which is legible up to some 20 items.
    row = min(ROW, (height - TITLE - BELOW_HEAD) / len(rows))
    return draw_table(pen, "Itens da fatura", columns, rows, LEFT, top, row, total_row=True)


def draw_taxes(pen: Pen, invoice: Invoice, x: float, top: float, width: float) -> float:
    """The taxes inside the value; returns the lower edge."""
    columns = (
        Column("Tributo", 0, width * 0.2, "left"),
        Column("Base", width * 0.2, width * 0.49),
        Column("Alíquota", width * 0.49, width * 0.69),
        Column("Valor", width * 0.69, width),
    )
    rows = [
        (tax.name, money(tax.base_cents), _percent(tax.rate_basis_points), money(tax.amount_cents))
        for tax in invoice.taxes
    ]
    return draw_table(pen, "Tributos (já incluídos no total)", columns, rows, x, top, ROW)


def _unit_price(millionths: int | None) -> str:
    if millionths is None:
        return ""
    sign = "-" if millionths < 0 else ""  # a discount, such as Tarifa Social's
    whole, fraction = divmod(abs(millionths), 1_000_000)
    return f"{sign}R$ {whole},{fraction:06d}"


def _percent(basis_points: int) -> str:
    return f"{basis_points // 100},{basis_points % 100:02d} %"
