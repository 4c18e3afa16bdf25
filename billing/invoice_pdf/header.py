"""The top of the page: distributor, "SEGUNDA VIA", holder, unit, month, due date, value."""

from __future__ import annotations

from datetime import datetime

from reportlab.lib.colors import white

from billing.identifiers import Cnpj, Cpf, UcNumber
from billing.invoice_pdf.pen import ACCENT, BOLD, BRAND, INK, SOFT, TINT, Pen
from billing.invoice_pdf.sheet import LEFT, PAPER_HEIGHT, PAPER_WIDTH, RIGHT, WIDTH, mm
from billing.model import Invoice
from billing.wording import day, money, month

TOP = PAPER_HEIGHT
HOLDER_WIDTH = 108 * mm


def draw_header(pen: Pen, invoice: Invoice, protocol: str, issued_at: datetime) -> float:
    """Draw it; ``issued_at`` is local time. Returns the upper edge of what comes next."""
    _draw_banner(pen, invoice, protocol, issued_at)
    _draw_holder(pen, invoice)
    _draw_unit(pen, invoice)
    _draw_totals(pen, invoice)
    _draw_fiscal_note(pen, invoice)
    return TOP - 89 * mm


def _draw_banner(pen: Pen, invoice: Invoice, protocol: str, issued_at: datetime) -> None:
    beneficiary = invoice.bill.beneficiary
    pen.band(TOP - 25 * mm, PAPER_WIDTH, 25 * mm, BRAND)
    pen.band(TOP - 26 * mm, PAPER_WIDTH, 1 * mm, ACCENT)
    width = 112 * mm
    name_y = TOP - 10.5 * mm
    pen.text(LEFT, name_y, beneficiary.name, size=15, font=BOLD, color=white, width=width)
    rows = (f"CNPJ {Cnpj(beneficiary.cnpj).formatted}", "Conta de energia elétrica  ·  NF3e")
    for place, words in enumerate(rows, start=1):
        pen.text(LEFT, name_y - (0.7 + place * 4.5) * mm, words, size=8, color=white)
    # REN ANEEL 1.000/2021 art. 330: the words stand out.
    pen.box(RIGHT - 62 * mm, TOP - 14.5 * mm, 62 * mm, 9.5 * mm, ACCENT)
    middle = RIGHT - 31 * mm
    pen.text(middle, TOP - 12 * mm, "SEGUNDA VIA", size=19, font=BOLD, color=INK, align="center")
    # Art. 626 (no charge by self-service) and art. 403 (protocol number).
    issued = f"Emitida em {issued_at:%d/%m/%Y} às {issued_at:%H:%M}, sem custo"
    for place, words in enumerate((issued, f"Protocolo {protocol}")):
        y = TOP - (18.2 + 3.9 * place) * mm
        pen.text(RIGHT, y, words, size=7.5, color=white, width=62 * mm, align="right")


def _draw_holder(pen: Pen, invoice: Invoice) -> None:
    holder = invoice.holder
    pen.text(LEFT, TOP - 34 * mm, "Titular", size=6.5, color=SOFT)
    y = pen.paragraph(LEFT, TOP - 38.6 * mm, holder.name, HOLDER_WIDTH, size=11, font=BOLD, lines=2)
    document = Cnpj(holder.document) if holder.is_company else Cpf(holder.document)
    pen.text(LEFT, y - 4 * mm, f"{document.kind} {document.formatted}", size=8)
    _draw_address(pen, invoice)


def _draw_address(pen: Pen, invoice: Invoice) -> None:
    address = invoice.unit.address
    pen.text(LEFT, TOP - 51 * mm, "Endereço da unidade consumidora", size=6.5, color=SOFT)
    street = f"{address.street} - {address.district}"
    y = pen.paragraph(LEFT, TOP - 54.6 * mm, street, HOLDER_WIDTH, size=8, lines=2)
    code = f"{address.postal_code[:5]}-{address.postal_code[5:]}"
    city = f"{address.city} - {address.state}  ·  CEP {code}"
    pen.text(LEFT, y - 3.7 * mm, city, size=8, width=HOLDER_WIDTH)


def _draw_unit(pen: Pen, invoice: Invoice) -> None:
    unit = invoice.unit
    x, width = RIGHT - 62 * mm, 62 * mm
    pen.box(x, TOP - 61 * mm, width, 30 * mm, TINT)
    x, width = x + 4 * mm, width - 8 * mm
    pen.field(x, TOP - 42 * mm, "Código único (conta contrato)", unit.customer_code, width, 15)
    number = UcNumber(unit.uc).formatted if unit.uc else "ainda não atribuído"
    pen.field(x, TOP - 52 * mm, "Número da UC", number, width, 11)
    pen.text(x, TOP - 57.5 * mm, invoice.supply_class, size=7, color=SOFT, width=width)


def _draw_totals(pen: Pen, invoice: Invoice) -> None:
    bill = invoice.bill
    fields = (
        ("Mês de referência", month(bill.month)),
        ("Vencimento", day(bill.due_on)),
        ("Total a pagar" if bill.is_open else "Total", money(bill.amount_cents)),
    )
    gap = 3 * mm
    width = (WIDTH - 2 * gap) / 3
    for place, (label, value) in enumerate(fields):
        x = LEFT + place * (width + gap)
        is_value = place == 2
        pen.box(x, TOP - 81 * mm, width, 16 * mm, BRAND if is_value else TINT)
        ink, soft = (white, white) if is_value else (INK, SOFT)
        inner = width - 8 * mm
        pen.text(x + 4 * mm, TOP - 69.3 * mm, label, size=7.5, color=soft, width=inner)
        pen.text(x + 4 * mm, TOP - 77.6 * mm, value, size=17, font=BOLD, color=ink, width=inner)


def _draw_fiscal_note(pen: Pen, invoice: Invoice) -> None:
    bill, y, half = invoice.bill, TOP - 86 * mm, WIDTH * 0.6
    note = f"Nota fiscal nº {invoice.invoice_number}  ·  emitida em {day(bill.issued_on)}"
    pen.text(LEFT, y, note, size=7.5, color=SOFT, width=half)
    flag = f"Bandeira tarifária: {invoice.tariff_flag}"
    pen.text(RIGHT, y, flag, size=7.5, color=SOFT, width=WIDTH - half - 4 * mm, align="right")
