"""What the modules of this package give: a kind of datum, its value, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Found(NamedTuple):
    """One datum in a text; ``value`` is in the one form that the rest of Clara reads."""

    kind: str
    start: int
    end: int
    value: str


Span = tuple[int, int]


def blank(text: str, spans: Iterable[Span]) -> str:
    """The text with these parts as NULs: places stay the same and nothing matches in them."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = "\0" * (end - start)
    return "".join(characters)
