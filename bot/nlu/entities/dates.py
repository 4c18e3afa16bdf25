"""Dates: "12/3/75", "12 de março de 75", "2 do 8 de 1955", "12031975", "1975-03-12".

Kinds: ``date`` (ISO), ``day`` ("05-12", a day and month without a year) and ``invalid_date``
(looks like a date that does not exist; the raw text). Works on folded text with spoken numbers
already written as digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.nlu.entities.calendar_words import ABBREVIATED, full_year, month_named
from bot.nlu.entities.digit_rows import Piece
from bot.nlu.entities.found import Found, Span

_FIRST_YEAR, _LAST_YEAR = 1900, 2100

_OF = r"(?: ?[/.-] ?| ?,? (?:de |do |d |da )?)"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})(?![0-9]|[.,:/-][0-9])"
_DAY = r"(?<![0-9a-z/,.-])(?P<day>[0-9]{1,2}|primeiro)(?:o|a)?"
_WITH_NAME = re.compile(
    rf"{_DAY}{_OF}(?:mes de )?(?P<month>[a-z]{{3,11}})\.?"
    rf"(?:{_OF}(?:ano de |ano )?{_YEAR})?(?![0-9a-z])"
)
_SAID_IN_NUMBERS = re.compile(
    rf"{_DAY} (?:do|de|d|/) ?(?:mes )?(?P<month>[0-9]{{1,2}}) (?:de |do |d )?(?:ano )?"
    rf"{_YEAR}(?![a-z])"
)
_WITH_ORDINAL_DAY = re.compile(
    rf"(?<![0-9a-z/,.-])(?P<day>[0-9]{{1,2}})[oa]/(?P<month>[0-9]{{1,2}})/{_YEAR}(?![a-z])"
)
_YEAR_ELSEWHERE = re.compile(
    r"(?:\bem|\bano|\bnasci em|\bde) ((?:19|20)[0-9]{2})(?![0-9]|[/.-][0-9])"
)
_DUE = re.compile(r"(?:venc[a-z]{1,8}|prazo)(?: [a-z]{1,4}){0,3}:? ?(?:dia )?$")
_DUE_REACH = 40
"""After these words a year of two digits is of this century: bills fall due, people are born."""


def find_worded_dates(text: str, today: date) -> Iterator[tuple[Found | None, Span]]:
    """Dates with words in them, and the span of each, also where it comes to nothing."""
    elsewhere = _year_elsewhere(text)
    for match in _WITH_NAME.finditer(text):
        month = month_named(match["month"]) or ABBREVIATED.get(match["month"])
        if month is None:
            continue
        day = 1 if match["day"] == "primeiro" else int(match["day"])
        year = match["year"] or elsewhere
        yield _found(text, match.span(), (day, month, year), today), match.span()
    for match in (*_SAID_IN_NUMBERS.finditer(text), *_WITH_ORDINAL_DAY.finditer(text)):
        if match["day"] == "primeiro":
            continue
        parts = int(match["day"]), int(match["month"]), match["year"]
        found = _found(text, match.span(), parts, today)
        if found and found.kind != "invalid_date":
            yield found, match.span()


def read_numeric(piece: Piece, text: str, today: date) -> Found | None:
    """The date that a number is, if it is one; "31/02" is an invalid one."""
    span = piece.start, piece.end
    if len(piece.groups) == 1:
        return _read_compact(piece, text, today)
    parts = _numeric_parts(piece)
    if parts is None:
        return None
    found = _found(text, span, parts, today)
    if found and found.kind == "invalid_date" and not _is_surely_meant_as_date(piece):
        return None
    return found


def is_date(piece: Piece, today: date) -> bool:
    """Whether several groups of digits are a date, or "31/02/1980", surely meant as one."""
    parts = _numeric_parts(piece)
    if parts is None:
        return False
    day, month, year = parts
    if year is None:
        return "/" in piece.joints[0]
    return _real_date(day, month, year, today) is not None or _is_surely_meant_as_date(piece)


def _found(text: str, span: Span, parts: tuple[int, int, str | None], today: date) -> Found | None:
    day, month, year = parts
    if year is None:
        # A leap year, so that 29/02 passes: whether the year has one is not known.
        real = _real_date(day, month, "2000", today)
        if real is None:
            return Found("invalid_date", *span, text[slice(*span)])
        return Found("day", *span, f"{month:02d}-{day:02d}")
    if len(year) == 2 and _DUE.search(text[max(0, span[0] - _DUE_REACH) : span[0]]):
        year = f"20{year}"
    real = _real_date(day, month, year, today)
    if real is None:
        return Found("invalid_date", *span, text[slice(*span)])
    return Found("date", *span, real.isoformat())


def _real_date(day: int, month: int, year: str, today: date) -> date | None:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    whole = full_year(year, day, month, today)
    if not _FIRST_YEAR <= whole <= _LAST_YEAR:
        return None
    try:
        return date(whole, month, day)
    except ValueError:
        return None


def _numeric_parts(piece: Piece) -> tuple[int, int, str | None] | None:
    """Day, month and year of groups that are shaped like a date."""
    lengths = [len(group.digits) for group in piece.groups]
    numbers = [group.digits for group in piece.groups]
    signs = {joint.strip() for joint in piece.joints}
    if len(signs) != 1:
        return None
    if lengths == [4, 2, 2] and signs == {"-"}:
        return int(numbers[2]), int(numbers[1]), numbers[0]
    if len(lengths) == 2:
        day, month = map(int, numbers)
        shaped = max(lengths) <= 2 and signs == {"/"} and 1 <= day <= 31 and 1 <= month <= 12
        return (day, month, None) if shaped else None
    usual = len(lengths) == 3 and max(lengths[:2]) <= 2 and lengths[2] in (2, 4)
    if usual or (len(lengths) == 3 and signs == {"/"} and max(lengths) <= 4):
        return int(numbers[0]), int(numbers[1]), numbers[2]
    return None


def _is_surely_meant_as_date(piece: Piece) -> bool:
    signs = {joint.strip() for joint in piece.joints}
    return signs == {"/"} or (len(piece.groups[-1].digits) == 4 and signs != {""})


def _read_compact(piece: Piece, text: str, today: date) -> Found | None:
    """Eight digits in a row that are a possible date of birth."""
    digits = piece.digits
    if len(digits) != 8 or not 1900 <= int(digits[4:]) <= today.year:
        return None
    real = _real_date(int(digits[:2]), int(digits[2:4]), digits[4:], today)
    return Found("date", piece.start, piece.end, real.isoformat()) if real else None


def _year_elsewhere(text: str) -> str | None:
    """The only year of a text, for "em 1990, dia 5 de maio"."""
    years = {match.group(1) for match in _YEAR_ELSEWHERE.finditer(text)}
    return years.pop() if len(years) == 1 else None
