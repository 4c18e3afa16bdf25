"""A text that is rewritten step by step and still knows where each character came from.

Entities are found in a folded text (lower case, no accents, spoken numbers as digits) and reported
with their places in the text that the person typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Autocorrection and PDFs make all of these out of "-"; a degree sign often stands for "º".
_SAME_AS = {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"), "°": "o"}

Replacement = tuple[int, int, str]
"""Start, end, and what stands there instead."""


@dataclass(frozen=True)
class AlignedText:
    """``text``, with the place in the original where each of its characters starts and ends."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a non-empty part of the text."""
        return self.starts[start], self.ends[end - 1]

    def replace(self, replacements: Iterable[Replacement]) -> AlignedText:
        """Rewrite parts that are given in order and do not overlap."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, instead in replacements:
            pieces += (self.text[done:start], instead)
            starts += self.starts[done:start]
            ends += self.ends[done:start]
            starts += [self.starts[start]] * len(instead)
            ends += [self.ends[end - 1]] * len(instead)
            done = end
        pieces.append(self.text[done:])
        starts += self.starts[done:]
        ends += self.ends[done:]
        return AlignedText("".join(pieces), tuple(starts), tuple(ends))


def fold(original: str) -> AlignedText:
    """Lower case, no accents, compatible forms made plain, runs of white space made one.

    A run of white space with a line break in it becomes a line break.
    """
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(original):
        for folded in _fold_character(character, characters[-1] if characters else " "):
            if folded in " \n" and characters and characters[-1] in " \n":
                ends[-1] = place + 1
                if folded == "\n":
                    characters[-1] = folded
                continue
            characters.append(folded)
            starts.append(place)
            ends.append(place + 1)
    return AlignedText("".join(characters), tuple(starts), tuple(ends))


def _fold_character(character: str, before: str) -> str:
    if character.isascii():
        if character in "\n\r":
            return "\n"
        return " " if character.isspace() else character.lower()
    if character in "º°" and before == "n":
        return " "  # "nº 4" is "n 4", and not "no 4"
    if character in _SAME_AS:
        return _SAME_AS[character]
    if character.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", character).lower()
    kept = (one for one in plain if not unicodedata.combining(one) and one not in _JOINERS)
    return "".join(" " if one.isspace() else one for one in kept)


_ELONGATED = re.compile(
    r"(?<![a-z0-9])(?<![a-z0-9][./-])[a-z]*?([a-z])\1{2,}[a-z]*(?![a-z0-9]|[./-][a-z0-9])"
)
_REPEATED = re.compile(r"([a-z])\1{2,}")


def without_elongation(aligned: AlignedText) -> AlignedText:
    """Letters written thrice or more, once: "todaaas" is "todas".

    Only in words by themselves: a company's number may have "AAA" in it.
    """
    return aligned.replace(
        (word.start() + run.start(), word.start() + run.end(), run.group(1))
        for word in _ELONGATED.finditer(aligned.text)
        for run in _REPEATED.finditer(word.group())
    )


_JOINERS = "\u200b\u200c\u200d\u2060\ufe0f\ufeff"
"""Characters without width: they separate nothing, and hide among digits that were copied."""
