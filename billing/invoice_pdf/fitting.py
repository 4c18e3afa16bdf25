"""Text that stays in its place: set smaller, broken into lines, and cut short only at last.

Widths and sizes are in points. Nothing is drawn here.
"""

from __future__ import annotations

import unicodedata

from reportlab.pdfbase.pdfmetrics import stringWidth

SMALLEST = 5.0
"""Points; smaller text cannot be read on paper."""

STEP = 0.25
"""Points by which text of several lines gets smaller until it fits."""

ROUNDING = 0.01
"""Points; what a width may be off by once a size has been computed from it."""


IN_FONTS = frozenset(filter(str.isprintable, bytes(range(256)).decode("cp1252", "ignore")))
"""The characters of WinAnsiEncoding, which is Windows' code page 1252."""


def printable(words: str) -> str:
    """The words in what the PDF's standard fonts have: other letters lose accents or go."""
    words = unicodedata.normalize("NFC", words)
    if not IN_FONTS.issuperset(words):
        words = "".join(map(_plain, words))
    return " ".join(words.split())


def fitted(words: str, font: str, size: float, width: float) -> tuple[float, str]:
    """The largest size up to ``size`` at which the words fit, and the words, cut if they must."""
    needed = stringWidth(words, font, size)
    if needed <= width:
        return size, words
    size = max(size * width / needed, SMALLEST)
    if stringWidth(words, font, size) > width + ROUNDING:
        words = cut(words, font, size, width)
    return size, words


def cut(words: str, font: str, size: float, width: float) -> str:
    """The beginning of the words that fits before an ellipsis."""
    while words and stringWidth(f"{words}…", font, size) > width:
        words = words[:-1].rstrip()
    return f"{words}…"


def wrapped(words: str, font: str, size: float, width: float) -> list[str]:
    """The words in lines no wider than ``width``; a word that is wider goes on in the next.

    "R$" stays with its amount.
    """
    rows: list[str] = []
    for word in words.replace("R$ ", "R$\xa0").split(" "):
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and stringWidth(longer, font, size) <= width:
            rows[-1] = longer
        else:
            rows += _pieces(word, font, size, width)
    return [row.replace("\xa0", " ") for row in rows]


def set_in_lines(
    words: str, font: str, size: float, width: float, lines: int
) -> tuple[float, list[str]]:
    """The largest size up to ``size`` at which ``lines`` lines hold the words, and the lines.

    Where not even the smallest size is enough, the last line ends in an ellipsis.
    """
    rows = wrapped(words, font, size, width)
    while len(rows) > lines and size > SMALLEST:
        size = max(size - STEP, SMALLEST)
        rows = wrapped(words, font, size, width)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], cut(rows[lines - 1], font, size, width)]
    return size, rows


def _pieces(word: str, font: str, size: float, width: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and stringWidth(pieces[-1] + character, font, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _plain(character: str) -> str:
    if character in IN_FONTS:
        return character
    parts = unicodedata.normalize("NFKD", character)
    return "".join(one for one in parts if one in IN_FONTS or one.isspace())
