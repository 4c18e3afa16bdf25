"""What the meters of the demo show.

A unit's meter is a function of the month alone, so that moving the demo to another day changes no
reading that was already there.
"""

from __future__ import annotations

from datetime import date
from random import Random

from billing.demo.customers import DemoUnit

_FIRST_YEAR = 2015  # every demo meter showed little or nothing then
# Heavier use of fans and air conditioning in the hot, dry half of the year in Pará.
_SEASON = (0.97, 0.94, 0.94, 0.95, 0.98, 1.00, 1.02, 1.05, 1.08, 1.09, 1.06, 1.02)
_WOBBLE = 0.05  # of the monthly average; far less than any month's share, so meters never go back


def meter_kwh(demo_unit: DemoUnit, month: date) -> int:
    """Return what the meter shows when it is read in ``month``."""
    rng = Random(f"{demo_unit.unit.id} {month:%Y-%m}")  # noqa: S311 - must repeat
    months = (month.year - _FIRST_YEAR) * sum(_SEASON) + sum(_SEASON[: month.month])
    return round(demo_unit.monthly_kwh * (months + rng.uniform(-_WOBBLE, _WOBBLE)))


def meter_serial(demo_unit: DemoUnit) -> str:
    """Return the serial number printed on the meter."""
    return f"LN{Random(demo_unit.unit.id).randrange(10**8):08d}"  # noqa: S311 - must repeat
