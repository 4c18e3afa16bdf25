"""Names of months as people write them, and years of two digits."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

MONTHS = (
    *("janeiro", "fevereiro", "marco", "abril", "maio", "junho"),
    *("julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
)
ABBREVIATED = {name[:3]: number for number, name in enumerate(MONTHS, start=1)}
_BY_NAME = {name: number for number, name in enumerate(MONTHS, start=1)} | {"marso": 3}

# A mistyped "agosto" is too often "gosto", and "maio" "mais"; these six are like nothing else.
_FORGIVING = tuple(name for name in MONTHS if len(name) >= 7)
_YOUNGEST, _OLDEST = 16, 110


@lru_cache(maxsize=4096)
def month_named(word: str) -> int | None:
    """Number of the month with this folded full name, forgiving typing errors in long ones."""
    if word in _BY_NAME:
        return _BY_NAME[word]
    if not 6 <= len(word) <= 11:
        return None
    near = [(_distance(word, name), name) for name in _FORGIVING if name[:2] == word[:2]]
    distance, name = min(near, default=(9, ""))
    return _BY_NAME[name] if distance <= (2 if len(name) > 7 else 1) else None


def full_year(digits: str, day: int, month: int, today: date) -> int:
    """The year of a date of birth written with two digits (four are taken as they are).

    Of 1926 and 2026 the one that gives an age from 16 to 110 years; where neither does, the last
    one that is not in the future.
    """
    if len(digits) != 2:
        return int(digits)
    ages = {}
    for year in (2000 + int(digits), 1900 + int(digits)):
        had_birthday = (today.month, today.day) >= (month, day)
        ages[year] = today.year - year - (0 if had_birthday else 1)
    grown = [year for year, age in ages.items() if _YOUNGEST <= age <= _OLDEST]
    born = [year for year, age in ages.items() if age >= 0]
    return (grown or born)[0]


def _distance(left: str, right: str) -> int:
    """Edits that turn one word into the other (Levenshtein)."""
    row = list(range(len(right) + 1))
    for place, character in enumerate(left, start=1):
        diagonal, row[0] = row[0], place
        for column, other in enumerate(right, start=1):
            cost = diagonal + (character != other)
            diagonal = row[column]
            row[column] = min(cost, row[column] + 1, row[column - 1] + 1)
    return row[-1]
