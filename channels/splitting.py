"""Splitting a text that is longer than one message of a channel: at paragraphs, lines, sentences.

A payment line, a document or a phone number stays whole, spaces and all, however its digits are
grouped: half a code is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Length = Callable[[str], int]

_BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…:;])\s+"),
    re.compile(r"\s+"),
)
"""The better first."""

_CODE = re.compile(r"\d(?:[ .,/-]{0,3}\d){5,}")


def split(text: str, limit: int, length: Length = len) -> list[str]:
    """The parts of a text, none longer than ``limit`` as ``length`` counts; none if it is blank.

    Put together they are the text again, but for the white space where it was split.
    """
    parts: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        place = _place(rest, _fitting(rest, limit, length))
        parts.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return [*parts, rest] if rest else parts


def _fitting(text: str, limit: int, length: Length) -> int:
    """How many characters from the front are within the limit; at least one."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if length(text[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _place(text: str, fitting: int) -> int:
    """Where to split: the last place of the best kind, if that leaves no tiny part."""
    window = text[: fitting + 1]  # white space just behind is a place as well
    codes = [matched.span() for matched in _CODE.finditer(text) if matched.start() < fitting]
    for least in (fitting // 2, 1):
        for kind in _BREAKS:
            places = [place for place in _starts(kind, window, codes) if place >= least]
            if places:
                return places[-1]
    whole = [start for start, end in codes if 0 < start < fitting < end]
    return whole[-1] if whole else fitting


def _starts(kind: re.Pattern[str], window: str, codes: list[tuple[int, int]]) -> Iterator[int]:
    for matched in kind.finditer(window):
        if not any(start < matched.start() < end for start, end in codes):
            yield matched.start()
