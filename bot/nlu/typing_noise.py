"""How a phone's keyboard distorts what people write, so that the classifier learns from that too.

General slips of thumbs and haste, none taken from any message: a neighbouring key, a letter left
out, written twice or swapped with the next, a vowel left out, two words run together.
"""

from __future__ import annotations

import random
from collections.abc import Callable

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST = 4
"""Letters from which a word can be mistyped and still be known."""
_LETTERS_PER_SLIP = 14


def _neighbours() -> dict[str, str]:
    beside = {}
    for number, row in enumerate(_ROWS):
        for place, key in enumerate(row):
            near = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
            for other in _ROWS[max(0, number - 1) : number] + _ROWS[number + 1 : number + 2]:
                near += other[max(0, place - 1) : place + 1]
            beside[key] = near
    return beside


_BESIDE = _neighbours()


def mistyped(text: str, chance: random.Random) -> str:
    """A normalised text with about one slip in fourteen letters, at least one; shapes stay."""
    words = text.split()
    places = [at for at, word in enumerate(words) if _can_slip(word)]
    if not places:
        return text
    for _ in range(1 + len(text) // _LETTERS_PER_SLIP):
        at = chance.choice(places)
        words[at] = chance.choice(_SLIPS)(words[at], chance)
    if len(words) > 1 and chance.random() < 0.2:
        at = chance.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1]]
    return " ".join(words)


def _can_slip(word: str) -> bool:
    return len(word) >= _SHORTEST and word[0] != "x"


def _neighbouring_key(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + chance.choice(_BESIDE.get(word[at], word[at])) + word[at + 1 :]


def _left_out(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word)) if len(word) > 1 else 0
    return word[:at] + word[at + 1 :] or word


def _vowel_left_out(word: str, chance: random.Random) -> str:
    vowels = [at for at, letter in enumerate(word) if at and letter in "aeiou"]
    if not vowels:
        return word
    at = chance.choice(vowels)
    return word[:at] + word[at + 1 :]


def _swapped(word: str, chance: random.Random) -> str:
    if len(word) < 2:
        return word
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _twice(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


_SLIPS: tuple[Callable[[str, random.Random], str], ...] = (
    _neighbouring_key,
    _left_out,
    _vowel_left_out,
    _swapped,
    _twice,
)
