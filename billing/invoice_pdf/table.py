"""A table: a title, a row of headings, rows with thin lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from billing.invoice_pdf.pen import BOLD, INK, REGULAR, SOFT, Pen
from billing.invoice_pdf.sheet import mm

TITLE = 5 * mm
"""From the base line of a title to what it is the title of."""
BELOW_HEAD = 1.5 * mm
"""From the base line of the headings to the line below them."""


@dataclass(frozen=True)
class Column:
    """A column; ``left`` and ``right`` are counted from the table's left edge."""

    title: str
    left: float
    right: float
    align: str = "right"


def draw_table(
    pen: Pen,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    x: float,
    top: float,
    row_height: float,
    *,
    total_row: bool = False,
) -> float:
    """Draw it with ``top`` as the base line of its title; returns the lower edge.

    With ``total_row`` the last row is bold.
    """
    draw_title(pen, x, top, title)
    y = top - TITLE
    _draw_row(pen, columns, [column.title for column in columns], x, y, 6.5, head=True)
    width = max(column.right for column in columns)
    size = min(7.5, row_height * 0.8)
    y -= BELOW_HEAD
    for place, cells in enumerate(rows, start=1):
        pen.line(x, y, width)
        y -= row_height
        base = y + row_height * 0.3
        _draw_row(pen, columns, cells, x, base, size, bold=total_row and place == len(rows))
    return y


def draw_title(pen: Pen, x: float, y: float, title: str) -> None:
    """What a part of the page is about; ``y`` is its base line."""
    pen.text(x, y, title, size=8.5, font=BOLD)


def _draw_row(
    pen: Pen,
    columns: Sequence[Column],
    cells: Sequence[str],
    x: float,
    y: float,
    size: float,
    *,
    head: bool = False,
    bold: bool = False,
) -> None:
    font = BOLD if bold else REGULAR
    for place, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        if not cell:
            continue
        right = column.right
        if column.align == "left":
            # A description may go on over the columns that its row leaves empty.
            after = zip(columns[place + 1 :], cells[place + 1 :], strict=True)
            right = next((other.left for other, text in after if text), right)
        pen.text(
            x + (column.left if column.align == "left" else right), y, cell, size=size, font=font,
            color=SOFT if head else INK, width=right - column.left - 1 * mm, align=column.align,
        )  # fmt: skip
