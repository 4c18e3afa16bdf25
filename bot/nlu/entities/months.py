"""Months of a bill: "a de março", "03/2026", "mês passado", "fevereiro do ano passado".

Kind ``month``, value "2026-03". A bare name is the latest such month that is not in the future.
Works on folded text without the dates in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.nlu.entities.calendar_words import ABBREVIATED, month_named
from bot.nlu.entities.found import Found

_OLDEST = 10  # years back; what was before is no bill but somebody's birth

_WORD = re.compile(r"(?<![a-z])[a-z]{3,11}(?![a-z])")
_YEAR_AFTER = re.compile(
    r" ?(?:[/.-]| de | do | d |,)? ?(?P<year>(?:19|20)[0-9]{2}|[0-9]{2})"
    r"(?![0-9]|[.,/:-][0-9]| reais)"
)
_LAST_YEAR = re.compile(r" (?:do |de )?ano (?:passado|anterior)")
_THIS_YEAR = re.compile(r" (?:deste|desse|do) ano(?! passado| anterior)")
_NUMERIC = re.compile(
    r"(?<![0-9/.-])(?P<month>0?[1-9]|1[0-2]) ?[/-] ?"
    r"(?P<year>20[0-9]{2}|[2-9][0-9])(?![0-9]|[/.-][0-9])"
)
_ISO = re.compile(
    r"(?<![0-9/.-])(?P<year>20[0-9]{2})[-/](?P<month>0[1-9]|1[0-2])(?![0-9]|[/.-][0-9])"
)
_NUMBERED = re.compile(r"\bmes (?:de )?(?P<month>0?[1-9]|1[0-2])(?![0-9/.,])")
_RELATIVE = (
    (re.compile(r"\bmes (?:passado|anterior)\b|\bultimo mes\b"), -1),
    (re.compile(r"\bmes retrasado\b|\bpenultimo mes\b"), -2),
    (
        re.compile(r"\b(?:n?est[ea]|n?ess[ea]|dess[ea]|dest[ea]) mes\b|\bmes (?:atual|corrente)\b"),
        0,
    ),
    (re.compile(r"\bmes que vem\b|\bmes q vem\b|\bproximo mes\b"), 1),
)
_SEVERAL = re.compile(
    r"\b(?:ultimos (?P<count>[2-9]|1[0-3])|(?P<before>[2-9]|1[0-3]) ultimos) meses\b"
)
_NAMES_A_MONTH = re.compile(
    r"(?:^|\b(?:de|do|d|mes|em|ate|desde|referente a)[ :]|(?:ro|il|io|ho|to) e )$"
)
_SHORT_OR_NAME = frozenset({"mar", "set", "out", "dez", "marco", "maio", "abril"})
"""Also other words or people's names ("Marco", "dez"); months only where a month is named."""


def find_months(text: str, today: date) -> Iterator[Found]:
    """Every month that a folded text names."""
    for pattern in (_NUMERIC, _ISO):
        for match in pattern.finditer(text):
            year = int(match["year"]) % 100 + 2000
            yield from _plausible(match.span(), year, int(match["month"]), today)
    for match in _NUMBERED.finditer(text):
        month = int(match["month"])
        yield from _plausible(match.span(), _latest_year(month, today), month, today)
    for relative, shift in _RELATIVE:
        for match in relative.finditer(text):
            count = today.year * 12 + today.month - 1 + shift
            yield from _plausible(match.span(), count // 12, count % 12 + 1, today)
    for match in _SEVERAL.finditer(text):
        last = today.year * 12 + today.month - 1
        for count in range(last - int(match["count"] or match["before"]), last):
            yield from _plausible(match.span(), count // 12, count % 12 + 1, today)
    yield from _named(text, today)


def _named(text: str, today: date) -> Iterator[Found]:
    for match in _WORD.finditer(text):
        word = match.group()
        month = month_named(word) or ABBREVIATED.get(word)
        if month is None:
            continue
        start, end = match.span()
        year, year_end = _year_after(text, end, month, today)
        if text.endswith("rio de ", 0, start):
            continue
        if year_end == end and not _is_month_here(text, start, end):
            continue
        yield from _plausible((start, year_end), year, month, today)


def _year_after(text: str, end: int, month: int, today: date) -> tuple[int, int]:
    """The year of a named month, and where its mention ends."""
    if match := _LAST_YEAR.match(text, end):
        return today.year - 1, match.end()
    if match := _THIS_YEAR.match(text, end):
        return today.year, match.end()
    match = _YEAR_AFTER.match(text, end)
    if match and len(match["year"]) == 4:
        return int(match["year"]), match.end()
    if match and abs(int(match["year"]) - today.year % 100) <= _OLDEST:
        return 2000 + int(match["year"]), match.end()
    return _latest_year(month, today), end


def _is_month_here(text: str, start: int, end: int) -> bool:
    word = text[start:end]
    if word not in _SHORT_OR_NAME and len(word) > 3:
        return True
    if word in ("abril", "maio"):
        return True
    alone = not text[:start].strip() and not text[end:].strip(" .!?")
    return (alone and word != "dez") or bool(
        _NAMES_A_MONTH.search(text[max(0, start - 12) : start])
    )


def _latest_year(month: int, today: date) -> int:
    return today.year if month <= today.month else today.year - 1


def _plausible(span: tuple[int, int], year: int, month: int, today: date) -> Iterator[Found]:
    if today.year - _OLDEST <= year <= today.year + 1:
        yield Found("month", *span, f"{year:04d}-{month:02d}")
