"""Brazil's national holidays, on which nobody attends.

Leis 662/1949, 6.802/1980 and 14.759/2023 fix their dates; Good Friday follows Easter. Those of a
state or a town are the operator's to name.
"""

from __future__ import annotations

from datetime import date, timedelta

_FIXED = frozenset(
    {(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25)}
)
"""Month and day."""


def is_national_holiday(day: date) -> bool:
    """Whether the whole country rests on this day."""
    good_friday = _easter(day.year) - timedelta(days=2)
    return (day.month, day.day) in _FIXED or day == good_friday


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, *Astronomical Algorithms*, ch. 8)."""
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    golden = year % 19
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    weekday = (32 + 2 * rest + 2 * (of_century // 4) - epact - of_century % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
