"""Putting the page together."""

from __future__ import annotations

import io
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from billing.invoice_pdf.chart import draw_chart
from billing.invoice_pdf.details import draw_items, draw_reading, draw_taxes
from billing.invoice_pdf.header import draw_header
from billing.invoice_pdf.notices import draw_notices, notices_read_well
from billing.invoice_pdf.pen import Pen
from billing.invoice_pdf.receipt import draw_receipt
from billing.invoice_pdf.sheet import LEFT, RIGHT, SLIP_TOP, WIDTH, mm
from billing.invoice_pdf.slip import draw_slip
from billing.invoice_pdf.status import draw_status
from billing.invoice_pdf.summary import SUMMARY_HEIGHT, draw_summary
from billing.model import Invoice
from billing.wording import month

LOCAL = ZoneInfo("America/Belem")

FLOOR = SLIP_TOP + 5 * mm
LOWEST_CHART = 27 * mm
"""What a long list of items leaves to the chart."""


def render_invoice(invoice: Invoice, *, protocol: str, issued_at: datetime) -> bytes:
    """The duplicate of a bill: one A4 page, the same bytes for the same arguments.

    ``issued_at`` is an aware instant; it is printed in the distributor's time zone, with the
    protocol number of the attendance (REN ANEEL 1.000/2021 art. 403).
    """
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=A4, invariant=1, pageCompression=1, lang="pt-BR")
    canvas.setTitle(f"Segunda via da conta de {month(invoice.bill.month)}")
    canvas.setAuthor(invoice.bill.beneficiary.name)
    canvas.setSubject(f"Protocolo {protocol}")
    canvas.setCreator("Clara")
    created = issued_at.astimezone(timezone.utc).strftime("D:%Y%m%d%H%M%S+00'00'")
    canvas.setDateFormatter(lambda *_: created)
    _draw_page(Pen(canvas), invoice, protocol, issued_at.astimezone(LOCAL))
    canvas.showPage()
    canvas.save()
    return page.getvalue()


def _draw_page(pen: Pen, invoice: Invoice, protocol: str, issued_at: datetime) -> None:
    bill = invoice.bill
    top = draw_header(pen, invoice, protocol, issued_at)
    top = draw_status(pen, bill, issued_at.date(), top)
    top = draw_reading(pen, invoice, top)
    _draw_columns(pen, invoice, protocol, top - 8 * mm)
    if bill.paid_on:
        draw_receipt(pen, invoice, bill.paid_on)
    else:
        draw_slip(pen, invoice)


def _draw_columns(pen: Pen, invoice: Invoice, protocol: str, top: float) -> None:
    """Items and chart on the left; taxes, summary and messages on the right."""
    gap = 7.5 * mm
    width = WIDTH * 0.58
    room = top - FLOOR - LOWEST_CHART - gap
    below = draw_items(pen, invoice, top, width, room) - gap
    draw_chart(pen, invoice, LEFT, below, width, below - FLOOR)
    x = LEFT + width + gap
    width = RIGHT - x
    below = draw_taxes(pen, invoice, x, top, width) - gap
    # What the distributor must tell comes before what is nice to know.
    if notices_read_well(invoice, width, below - SUMMARY_HEIGHT - FLOOR):
        below = draw_summary(pen, invoice, x, below, width)
    draw_notices(pen, invoice, protocol, x, below, width, FLOOR)
