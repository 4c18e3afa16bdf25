"""The bills of a demo unit: dates, charges and payments put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from billing.demo.calendar import BillDates, bill_dates
from billing.demo.charges import Charges, LatePayment, charge
from billing.demo.consumption import meter_kwh
from billing.demo.customers import DemoUnit
from billing.demo.situations import Situation

BILL_MONTHS = 13
READING_MONTHS = 2 * BILL_MONTHS - 1  # so that the oldest bill shows 13 months of consumption too
_LATE_SHARE = 0.12


@dataclass(frozen=True)
class BilledMonth:
    """One month's bill of one unit, before it becomes rows."""

    bill_id: str
    demo_unit: DemoUnit
    dates: BillDates
    charges: Charges
    paid_on: date | None
    earlier_open: tuple[BilledMonth, ...]  # overdue when this one was issued, the oldest first

    @property
    def days_late(self) -> int:
        """Days between due date and payment, 0 if it was in time or is open."""
        return max((self.paid_on - self.dates.due_on).days, 0) if self.paid_on else 0


def billed_months(demo_unit: DemoUnit, today: date) -> list[BilledMonth]:
    """Return the last 13 bills as they stand on ``today``, the oldest first."""
    billed: list[BilledMonth] = []
    months = list(enumerate(bill_dates(demo_unit, today, BILL_MONTHS)))
    for months_ago, dates in reversed(months):
        bill_id = f"{demo_unit.unit.id.replace('unit', 'bill')}-{dates.month:%Y%m}"
        late = _late_payment(billed[-1]) if billed else None
        billed.append(
            BilledMonth(
                bill_id=bill_id,
                demo_unit=demo_unit,
                dates=dates,
                charges=_charges(demo_unit, dates, late),
                paid_on=_paid_on(demo_unit.situation, bill_id, dates, months_ago, today),
                earlier_open=tuple(
                    earlier
                    for earlier in billed
                    if earlier.paid_on is None and earlier.dates.due_on < dates.issued_on
                ),
            )
        )
    return billed


def _charges(demo_unit: DemoUnit, dates: BillDates, late: LatePayment | None) -> Charges:
    kwh = meter_kwh(demo_unit, dates.month) - meter_kwh(demo_unit, previous_month(dates.month))
    city = demo_unit.unit.address.city
    return charge(demo_unit.supply_class, dates.month, city, kwh, late)


def previous_month(month: date) -> date:
    """Return the first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def _late_payment(previous: BilledMonth) -> LatePayment | None:
    """Return what to charge for the previous bill: fines come with the next one (art. 343)."""
    if not previous.days_late:
        return None
    return LatePayment(previous.dates.month, previous.charges.energy_cents, previous.days_late)


def _paid_on(
    situation: Situation, bill_id: str, dates: BillDates, months_ago: int, today: date
) -> date | None:
    if months_ago < situation.open_bills:
        return None
    yesterday = today - timedelta(days=1)
    if situation is Situation.PAID_YESTERDAY and months_ago == 0:
        return yesterday
    rng = Random(bill_id)  # noqa: S311 - must repeat
    late = rng.random() < _LATE_SHARE
    usual = dates.due_on + timedelta(days=rng.randrange(1, 13) if late else -rng.randrange(9))
    return min(usual, yesterday - timedelta(days=1))
