"""On which days a demo unit is read, billed and due, counted back from the day of the demo."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from billing.demo.customers import DemoUnit

_READ_BEFORE_DUE = timedelta(days=14)
_ISSUED_BEFORE_DUE = timedelta(days=12)


@dataclass(frozen=True)
class BillDates:
    """The dates of one month's bill; the previous and next readings are a month apart."""

    month: date  # first day of the month of the reading
    previous_reading: date
    reading: date
    next_reading: date
    issued_on: date
    due_on: date  # never a weekend


def bill_dates(demo_unit: DemoUnit, today: date, months: int) -> list[BillDates]:
    """Return the dates of the last ``months`` bills, the newest first."""
    rng = Random(demo_unit.unit.id)  # noqa: S311 - must repeat
    newest = today + timedelta(days=rng.choice(demo_unit.situation.due_days))
    return [_dates(newest, months_ago) for months_ago in range(months)]


def _dates(newest: date, months_ago: int) -> BillDates:
    due = _months_before(newest, months_ago)
    reading = due - _READ_BEFORE_DUE
    return BillDates(
        month=reading.replace(day=1),
        previous_reading=_months_before(newest, months_ago + 1) - _READ_BEFORE_DUE,
        reading=reading,
        next_reading=_months_before(newest, months_ago - 1) - _READ_BEFORE_DUE,
        issued_on=due - _ISSUED_BEFORE_DUE,
        due_on=_business_day(due),
    )


def _months_before(day: date, months: int) -> date:
    """Return the same day of an earlier month, or its last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _business_day(day: date) -> date:
    """Return ``day``, or the Monday after it."""
    return day + timedelta(days=max(7 - day.weekday(), 0) if day.weekday() >= 5 else 0)
