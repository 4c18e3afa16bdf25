"""The sheet of paper: A4 in points, and the margins that everything keeps."""

from __future__ import annotations

from reportlab.lib.units import mm

PAPER_WIDTH, PAPER_HEIGHT = 210 * mm, 297 * mm
LEFT, RIGHT = 14 * mm, 196 * mm
WIDTH = RIGHT - LEFT

SLIP_TOP = 87 * mm
"""The cut line: what is below it is taken to the bank."""
BOTTOM = 5.5 * mm

__all__ = ["BOTTOM", "LEFT", "PAPER_HEIGHT", "PAPER_WIDTH", "RIGHT", "SLIP_TOP", "WIDTH", "mm"]
