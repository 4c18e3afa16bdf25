"""Numbers in words, as dictation writes them, made digits: "cento e vinte" is "120".

Works on folded text. "um" and "meia" are mostly an article and a half; they are numbers only
among other numbers, or alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.nlu.aligned_text import AlignedText, Replacement

_UNITS = {
    **{"zero": 0, "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "treis": 3, "quatro": 4},
    **{"cinco": 5, "seis": 6, "sete": 7, "oito": 8, "nove": 9},
}
_TEENS = {
    **{"dez": 10, "onze": 11, "doze": 12, "treze": 13, "quatorze": 14, "catorze": 14},
    **{"quinze": 15, "dezesseis": 16, "dezessete": 17, "dezoito": 18, "dezenove": 19},
}
_TENS = {
    **{"vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "cincoenta": 50},
    **{"sessenta": 60, "setenta": 70, "oitenta": 80, "noventa": 90},
}
_HUNDREDS = {
    f"{name}{ending}": value
    for name, value in {
        **{"duzent": 200, "trezent": 300, "quatrocent": 400, "quinhent": 500},
        **{"seiscent": 600, "setecent": 700, "oitocent": 800, "novecent": 900},
    }.items()
    for ending in ("os", "as")
} | {"cem": 100, "cento": 100}
_SIGNS = {
    **{"ponto": ".", "traco": "-", "tracinho": "-", "hifen": "-", "barra": "/", "virgula": ","},
}
_COUNTED = frozenset(
    {"opcao", "opcoes", "numero", "num", "item", "codigo", "digito", "alternativa"}
)
"""A lone "um" after one of these is a number."""

_TOKEN = re.compile(r"[a-z]+|[0-9]+")


class _Word(NamedTuple):
    start: int
    end: int
    text: str


class _Number(NamedTuple):
    first: int
    """Index of its first word."""
    last: int
    digits: str
    is_spoken: bool


def spoken_to_digits(aligned: AlignedText) -> AlignedText:
    """Write numbers in words as digits, and "ponto", "traço", "barra" among them as signs."""
    words = [_Word(*match.span(), match.group()) for match in _TOKEN.finditer(aligned.text)]
    if not any(word.text in _ANY_NUMBER_WORD or word.text in _SIGNS for word in words):
        return aligned
    reader = _Reader(aligned.text, words)
    return aligned.replace(sorted(reader.replacements()))


class _Reader:
    """Finds the numbers among the words of one text."""

    def __init__(self, text: str, words: list[_Word]) -> None:
        self._text = text
        self._words = words
        self._numbers = list(self._find_numbers())

    def replacements(self) -> Iterator[Replacement]:
        """What to rewrite, in no particular order."""
        for place, number in enumerate(self._numbers):
            before = self._numbers[place - 1] if place else None
            after = self._numbers[place + 1] if place + 1 < len(self._numbers) else None
            joined = before is not None and self._joint(before, number) is not None
            joins = after is not None and self._joint(number, after) is not None
            if number.is_spoken and self._counts(number, among_numbers=joined or joins):
                yield self._start(number), self._end(number), number.digits
            if after is not None and (joint := self._joint(number, after)) is not None:
                yield self._end(number), self._start(after), joint

    def _find_numbers(self) -> Iterator[_Number]:
        place = 0
        while place < len(self._words):
            word = self._words[place].text
            if word.isdigit() and len(word) <= 3 and self._follows(place, "mil"):
                value, last = self._after_thousands(int(word) * 1000, place + 1)
                yield _Number(place, last, str(value), is_spoken=True)
                place = last
            elif word.isdigit():
                yield _Number(place, place, word, is_spoken=False)
            elif word == "meia":
                yield _Number(place, place, "6", is_spoken=True)
            elif word in _ANY_NUMBER_WORD and not self._is_december(place):
                value, last = self._cardinal(place)
                yield _Number(place, last, str(value), is_spoken=True)
                place = last
            place += 1

    def _is_december(self, place: int) -> bool:
        """Whether a "dez" is the month, as in "dez/25"."""
        word = self._words[place]
        return word.text == "dez" and self._text.startswith(("/", "-"), word.end)

    def _joint(self, left: _Number, right: _Number) -> str | None:
        """What stands between two numbers of one row of numbers, or None if they are apart."""
        between = self._text[self._end(left) : self._start(right)]
        if right.first == left.last + 2:
            sign = _SIGNS.get(self._words[left.last + 1].text)
            return sign if sign and between.strip(" ,").isalpha() else None
        if right.first != left.last + 1:
            return None
        if left.is_spoken and right.is_spoken:
            return " " if between in (" ", ", ", ",") else None
        return between if between == " " and (left.is_spoken or right.is_spoken) else None

    def _counts(self, number: _Number, *, among_numbers: bool) -> bool:
        word = self._words[number.first].text
        if number.first != number.last or word not in ("um", "uma", "meia"):
            return True
        if among_numbers:
            return True
        if word == "meia":
            return False
        counted = number.first > 0 and self._words[number.first - 1].text in _COUNTED
        return counted or len(self._words) == 1

    def _cardinal(self, first: int) -> tuple[int, int]:
        """Value and last word of the longest cardinal that starts at a number word."""
        if self._words[first].text == "mil":
            return self._after_thousands(1000, first)
        value, last = self._below_thousand(first)
        if value and self._follows(last, "mil"):
            return self._after_thousands(value * 1000, last + 1)
        return value, last

    def _after_thousands(self, value: int, last: int) -> tuple[int, int]:
        rest = last + 2 if self._follows(last, "e") else last + 1
        is_direct = rest == last + 1
        word = self._word_after(rest - 1)
        if word in (_HUNDREDS if is_direct else _AFTER_AND):
            more, end = self._below_thousand(rest, loose=True)
            return value + more, end
        return value, last

    def _below_thousand(self, first: int, *, loose: bool = False) -> tuple[int, int]:
        """``loose`` takes "novecentos setenta e cinco", without the "e", as years are spoken."""
        word = self._words[first].text
        if word in _HUNDREDS:
            value, last = _HUNDREDS[word], first
            if self._follows(last, "e") and self._word_after(last + 1) in _BELOW_HUNDRED:
                more, last = self._below_hundred(last + 2)
                return value + more, last
            if loose and self._word_after(last) in _TENS:
                more, last = self._below_hundred(last + 1)
                return value + more, last
            return value, last
        return self._below_hundred(first)

    def _below_hundred(self, first: int) -> tuple[int, int]:
        word = self._words[first].text
        value = _BELOW_HUNDRED[word]
        if word in _TENS and self._follows(first, "e"):
            unit = _UNITS.get(self._word_after(first + 1), 0)
            if unit:
                return value + unit, first + 2
        return value, first

    def _follows(self, place: int, word: str) -> bool:
        return self._word_after(place) == word

    def _word_after(self, place: int) -> str:
        """The word right after another with one space between, or an empty text."""
        if place + 1 >= len(self._words):
            return ""
        apart = self._words[place + 1].start - self._words[place].end
        space = self._text[self._words[place].end] == " "
        return self._words[place + 1].text if apart == 1 and space else ""

    def _start(self, number: _Number) -> int:
        return self._words[number.first].start

    def _end(self, number: _Number) -> int:
        return self._words[number.last].end


_BELOW_HUNDRED = {**_UNITS, **_TEENS, **_TENS}
_ANY_NUMBER_WORD = frozenset({*_BELOW_HUNDRED, *_HUNDREDS, "mil"})
_AFTER_AND = _ANY_NUMBER_WORD - {"mil", "zero"}
