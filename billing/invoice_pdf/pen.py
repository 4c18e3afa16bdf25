"""Drawing on the page: colours, boxes, lines, and text that never leaves its place."""

from __future__ import annotations

from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfgen.canvas import Canvas

from billing.invoice_pdf.fitting import fitted, printable, set_in_lines

INK = HexColor("#17252f")
SOFT = HexColor("#56646e")
BRAND = HexColor("#0b4f6c")
ACCENT = HexColor("#f2a33a")
TINT = HexColor("#eaf2f5")
RULE = HexColor("#b9c7cf")
ALERT, ALERT_TINT = HexColor("#9b2315"), HexColor("#fbe8e4")
DONE, DONE_TINT = HexColor("#1b6338"), HexColor("#e4f3e9")

REGULAR, BOLD, MONO = "Helvetica", "Helvetica-Bold", "Courier-Bold"

LEADING = 1.25
"""From one base line to the next, in sizes of the text."""


class Pen:
    """A canvas with the few gestures that the invoice is made of. Positions are in points."""

    def __init__(self, canvas: Canvas) -> None:
        """Draw on a canvas."""
        self.canvas = canvas

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 8,
        font: str = REGULAR,
        color: Color = INK,
        width: float | None = None,
        align: str = "left",
    ) -> None:
        """One line of text, set smaller and at last cut short if ``width`` is too little."""
        words = printable(words)
        if width is not None:
            size, words = fitted(words, font, size, width)
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(color)
        draw = {
            "left": self.canvas.drawString,
            "right": self.canvas.drawRightString,
            "center": self.canvas.drawCentredString,
        }[align]
        draw(x, y, words)

    def paragraph(
        self,
        x: float,
        y: float,
        words: str,
        width: float,
        *,
        lines: int,
        size: float = 7,
        font: str = REGULAR,
        color: Color = INK,
    ) -> float:
        """Text in at most ``lines`` lines from the base line ``y`` on; returns that of the last."""
        size, rows = set_in_lines(printable(words), font, size, width, lines)
        for place, row in enumerate(rows):
            self.text(x, y - place * size * LEADING, row, size=size, font=font, color=color)
        return y - (len(rows) - 1) * size * LEADING

    def field(
        self, x: float, y: float, label: str, value: str, width: float, size: float = 8.5
    ) -> None:
        """A small label with its value below; ``y`` is the value's base line."""
        self.text(x, y + size + 1.5, label, size=6, color=SOFT, width=width)
        self.text(x, y, value, size=size, font=BOLD, width=width)

    def box(self, x: float, y: float, width: float, height: float, fill: Color = white) -> None:
        """A filled box with rounded corners; ``y`` is its lower edge."""
        self.canvas.setFillColor(fill)
        self.canvas.roundRect(x, y, width, height, 2.5, stroke=0, fill=1)

    def band(self, y: float, width: float, height: float, fill: Color) -> None:
        """A filled stripe from the left edge of the paper."""
        self.canvas.setFillColor(fill)
        self.canvas.rect(0, y, width, height, stroke=0, fill=1)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """A box with a thin line around it."""
        self.canvas.setStrokeColor(RULE)
        self.canvas.setLineWidth(0.5)
        self.canvas.rect(x, y, width, height, stroke=1, fill=0)

    def line(self, x: float, y: float, width: float, *, dashed: bool = False) -> None:
        """A thin horizontal line."""
        self.canvas.saveState()
        self.canvas.setStrokeColor(SOFT if dashed else RULE)
        self.canvas.setLineWidth(0.5)
        if dashed:
            self.canvas.setDash(3, 3)
        self.canvas.line(x, y, x + width, y)
        self.canvas.restoreState()
