"""The machine-readable codes: Interleaved 2 of 5 bars and the QR code of the Pix."""

from __future__ import annotations

import re

from reportlab.graphics.barcode.common import I2of5
from reportlab.lib.colors import black, white

from billing.invoice_pdf.pen import Pen
from billing.invoice_pdf.sheet import mm
from billing.qr import qr_modules

BARS_WIDTH, BARS_HEIGHT = 103 * mm, 13 * mm
"""FEBRABAN v7 and the boleto specification alike: 103 mm by 13 mm, quiet zones beside them."""

QR_MARGIN = 2
"""White modules around the QR code; the tinted box around it is blank too."""

RATIO = 3.0
"""Width of a wide bar in narrow ones; measured to decode from 150 dpi on."""

START_AND_STOP = 4 + (2 + RATIO)
PER_DIGIT = 3 + 2 * RATIO


def draw_bars(pen: Pen, digits: str, x: float, y: float) -> None:
    """The 44 digits of a payment code; ``x``, ``y`` is the lower left corner of the first bar."""
    narrow = BARS_WIDTH / (START_AND_STOP + PER_DIGIT * len(digits))
    code = I2of5(
        digits, barWidth=narrow, ratio=RATIO, barHeight=BARS_HEIGHT,
        checksum=0, bearers=0, quiet=0,
    )  # fmt: skip
    pen.canvas.setFillColor(black)
    code.drawOn(pen.canvas, x, y)


def draw_qr(pen: Pen, pix: str, x: float, y: float, size: float) -> None:
    """The BR Code as modules of a square of ``size`` points, on white."""
    rows = qr_modules(pix)
    canvas = pen.canvas
    canvas.saveState()
    canvas.setFillColor(white)
    canvas.rect(x, y, size, size, stroke=0, fill=1)
    canvas.setFillColor(black)
    # From here on a module is 1 by 1, and rows go down.
    module = size / (len(rows) + 2 * QR_MARGIN)
    canvas.translate(x, y + size)
    canvas.scale(module, -module)
    path = canvas.beginPath()
    for place, row in enumerate(rows, start=QR_MARGIN):
        for run in _DARK.finditer(row):
            path.rect(QR_MARGIN + run.start(), place, run.end() - run.start(), 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


_DARK = re.compile(rb"\x00+")
