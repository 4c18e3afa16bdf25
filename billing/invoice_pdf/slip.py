"""The bottom of the page of an open bill: what to pay with at the bank or by Pix.

Positions follow FEBRABAN, Layout Padrão de Arrecadação v7, and Banco do Brasil, Doc5175: the
middle of the bars 12 mm from the lower edge of the paper, blank paper on both sides of them.
"""

from __future__ import annotations

from billing.check_digits import mod11
from billing.identifiers import Cnpj
from billing.invoice_pdf.bars import BARS_WIDTH, draw_bars, draw_qr
from billing.invoice_pdf.pen import BOLD, BRAND, INK, MONO, REGULAR, SOFT, TINT, Pen
from billing.invoice_pdf.sheet import BOTTOM, LEFT, PAPER_WIDTH, RIGHT, SLIP_TOP, WIDTH, mm
from billing.invoice_pdf.slip_fields import draw_slip_fields
from billing.model import Bill, Invoice
from billing.payment_code import PaymentCode, PaymentKind
from billing.wording import day, money

TOP = SLIP_TOP
PIX_WIDTH = 54 * mm
QR_SIZE = 43 * mm
CODE_WIDTH = WIDTH - PIX_WIDTH - 6 * mm
LINE_HEIGHT = 6.5 * mm
BARS_LEFT = LEFT + 6 * mm


def draw_slip(pen: Pen, invoice: Invoice) -> None:
    """Draw the cut line, and below it the bars and the Pix."""
    pen.line(0, TOP, PAPER_WIDTH, dashed=True)
    pen.text(RIGHT, TOP + 1.2 * mm, "Corte aqui", size=6, color=SOFT, align="right")
    if invoice.bill.payment_code.kind is PaymentKind.BANK_BOLETO:
        _draw_boleto(pen, invoice)
    else:
        _draw_collection(pen, invoice)
    draw_bars(pen, invoice.bill.payment_code.barcode, BARS_LEFT, BOTTOM)
    _draw_pix(pen, invoice.bill)


def _draw_boleto(pen: Pen, invoice: Invoice) -> None:
    """Bank and line at the top, as on every boleto; the fields below."""
    code = invoice.bill.payment_code
    bank = code.barcode[:3]
    pen.text(LEFT, TOP - 8 * mm, f"{bank}-{mod11(bank)}", size=14, font=BOLD)
    pen.text(LEFT + 17 * mm, TOP - 8 * mm, "Boleto bancário registrado", size=9, color=SOFT)
    _draw_boleto_line(pen, code, TOP - 18.5 * mm)
    draw_slip_fields(pen, invoice, "Pagador", TOP - 22 * mm, CODE_WIDTH)
    _draw_where(pen, "No aplicativo do banco, escolha “pagar boleto”.", BOTTOM + 15 * mm)


def _draw_boleto_line(pen: Pen, code: PaymentCode, y: float) -> None:
    pen.frame(LEFT, y, CODE_WIDTH, LINE_HEIGHT)
    middle = LEFT + CODE_WIDTH / 2
    pen.text(
        middle, y + 2 * mm, code.formatted_line, size=11, font=MONO, width=CODE_WIDTH - 4 * mm,
        align="center",
    )  # fmt: skip


def _draw_collection(pen: Pen, invoice: Invoice) -> None:
    """The fields at the top; the line right above the bars (FEBRABAN v7)."""
    pen.text(LEFT, TOP - 8 * mm, "Documento de arrecadação", size=12, font=BOLD)
    draw_slip_fields(pen, invoice, "Titular", TOP - 12 * mm, CODE_WIDTH)
    words = "No aplicativo do banco, escolha “conta de consumo” ou “convênio”."
    _draw_where(pen, words, BOTTOM + 24.5 * mm)
    _draw_collection_line(pen, invoice.bill.payment_code, BOTTOM + 15.5 * mm)


def _draw_collection_line(pen: Pen, code: PaymentCode, y: float) -> None:
    """Four boxes of eleven digits and their check digit."""
    gap = 1.5 * mm
    step = (CODE_WIDTH + gap) / 4
    for place, block in enumerate(code.formatted_line.split()):
        x, width = LEFT + place * step, step - gap
        pen.frame(x, y, width, LINE_HEIGHT)
        pen.text(
            x + width / 2, y + 2 * mm, block, size=10.5, font=MONO, width=width - 2 * mm,
            align="center",
        )  # fmt: skip


def _draw_where(pen: Pen, words: str, y: float) -> None:
    pen.text(BARS_LEFT, y, words, size=7.5, color=SOFT, width=BARS_WIDTH)


def _draw_pix(pen: Pen, bill: Bill) -> None:
    x, top = RIGHT - PIX_WIDTH, TOP - 4 * mm
    pen.box(x, BOTTOM, PIX_WIDTH, top - BOTTOM, TINT)
    middle, width = x + PIX_WIDTH / 2, PIX_WIDTH - 6 * mm
    pen.text(middle, top - 7 * mm, "Pague com Pix", size=13, font=BOLD, color=BRAND, align="center")
    words = "No aplicativo do banco, leia este código."
    pen.text(middle, top - 11.2 * mm, words, size=7, color=SOFT, width=width, align="center")
    draw_qr(pen, bill.pix, middle - QR_SIZE / 2, top - 14 * mm - QR_SIZE, QR_SIZE)
    rows = (
        (6.4, money(bill.amount_cents), 14.0, BOLD, BRAND),
        (11.0, f"Vencimento {day(bill.due_on)}", 7.5, BOLD, INK),
        (14.8, bill.beneficiary.name, 7.0, REGULAR, INK),
        (18.4, f"CNPJ {Cnpj(bill.beneficiary.cnpj).formatted}", 7.0, REGULAR, INK),
    )
    for below, words, size, font, color in rows:
        y = top - 14 * mm - QR_SIZE - below * mm
        pen.text(middle, y, words, size=size, font=font, color=color, width=width, align="center")
