"""What the distributor has to tell the customer with this bill."""

from __future__ import annotations

from billing.invoice_pdf.fitting import SMALLEST, STEP, printable, wrapped
from billing.invoice_pdf.pen import LEADING, REGULAR, TINT, Pen
from billing.invoice_pdf.sheet import mm
from billing.invoice_pdf.table import draw_title
from billing.model import Invoice

INSET = 3.5 * mm
HEAD, FOOT = 10 * mm, 3 * mm
"""From the upper edge to the first base line, and from the last to the lower edge."""

USUAL, COMFORTABLE = 7.5, 6.0
"""Points: the size of the messages, and the least that reads without an effort."""

BETWEEN = 0.4
"""Extra space between two messages, in sizes of the text."""


def draw_notices(
    pen: Pen, invoice: Invoice, protocol: str, x: float, top: float, width: float, bottom: float
) -> None:
    """A tinted box from ``top`` to ``bottom`` with all messages, in the size at which they fit."""
    pen.box(x, bottom, width, top - bottom, TINT)
    draw_title(pen, x + INSET, top - 5.3 * mm, "Mensagens")
    messages = invoice.messages or (
        f"Para falar desta segunda via, informe o protocolo {protocol}.",
    )
    inner = width - 2 * INSET
    size = _size(messages, inner, top - bottom)
    y = top - HEAD
    for message in messages:
        lines = len(_rows(message, size, inner))
        y = pen.paragraph(x + INSET, y, message, inner, size=size, lines=lines)
        y -= size * (LEADING + BETWEEN)


def notices_read_well(invoice: Invoice, width: float, height: float) -> bool:
    """Whether a box of this size holds the messages without straining the eyes."""
    return _size(invoice.messages, width - 2 * INSET, height) >= COMFORTABLE


def _size(messages: tuple[str, ...], width: float, height: float) -> float:
    size = USUAL
    while size > SMALLEST and _height(messages, size, width) > height - HEAD - FOOT:
        size -= STEP
    return size


def _height(messages: tuple[str, ...], size: float, width: float) -> float:
    """From the first base line to the last."""
    rows = sum(len(_rows(message, size, width)) for message in messages)
    return size * (LEADING * (rows - 1) + BETWEEN * (len(messages) - 1))


def _rows(message: str, size: float, width: float) -> list[str]:
    return wrapped(printable(message), REGULAR, size, width)
