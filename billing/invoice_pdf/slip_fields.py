"""Who pays whom, for what: the fields of the payment slip."""

from __future__ import annotations

from billing.identifiers import Cnpj
from billing.invoice_pdf.pen import SOFT, Pen
from billing.invoice_pdf.sheet import LEFT, mm
from billing.model import Invoice
from billing.wording import day, money, month

ROW = 9.5 * mm


def draw_slip_fields(pen: Pen, invoice: Invoice, payer: str, top: float, width: float) -> float:
    """Framed fields from ``top`` down, and the note below them; ``payer`` names the holder."""
    bill = invoice.bill
    rows: tuple[tuple[tuple[str, str, float], ...], ...] = (
        (
            ("Beneficiário", bill.beneficiary.name, 0.66),
            ("CNPJ", Cnpj(bill.beneficiary.cnpj).formatted, 0.34),
        ),
        (
            (payer, invoice.holder.name, 0.66),
            ("Código único (conta contrato)", invoice.unit.customer_code, 0.34),
        ),
        (
            ("Referência", month(bill.month), 0.33),
            ("Vencimento", day(bill.due_on), 0.33),
            ("Valor", money(bill.amount_cents), 0.34),
        ),
    )
    y = top
    for row in rows:
        y -= ROW
        x = LEFT
        for label, value, share in row:
            pen.frame(x, y, width * share, ROW)
            pen.field(x + 2 * mm, y + 2.2 * mm, label, value, width * share - 4 * mm, 9)
            x += width * share
    return _draw_note(pen, y, width)


def _draw_note(pen: Pen, top: float, width: float) -> float:
    # A code shown by someone else pays someone else: the name and the CNPJ tell.
    note = (
        "Antes de pagar, confira o nome e o CNPJ do beneficiário. Depois do vencimento, multa de "
        "até 2%, juros de 1% ao mês e correção são cobrados na próxima conta; o código continua "
        "valendo."
    )
    # REN ANEEL 1.000/2021 art. 343.
    return pen.paragraph(LEFT, top - 3.8 * mm, note, width, size=7, color=SOFT, lines=2)
