"""Ten customers to try Clara with, one for each common case.

Who they are never changes, so they can be printed in a manual; only what they owe follows the
day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing.demo.bills import billed_months
from billing.demo.customers import DemoCustomer
from billing.demo.showcase_customers import SHOWCASE
from billing.identifiers import Cnpj, Cpf, CustomerCode, UcNumber


@dataclass(frozen=True)
class ShowcaseCustomer:
    """A customer to try Clara with: what to identify with, and what to expect.

    Numbers are written as on the bill. ``open_bills`` are due dates and cents, the oldest first.
    """

    description: str  # one line, in Portuguese
    name: str
    document: str
    birth_date: date | None
    customer_code: str  # of the first unit
    uc: str | None
    email: str | None
    open_bills: tuple[tuple[date, int], ...]


def showcase(today: date) -> tuple[ShowcaseCustomer, ...]:
    """Return the showcase customers as they stand on ``today``."""
    return tuple(_entry(case, customer, today) for case, customer in SHOWCASE)


def _entry(description: str, customer: DemoCustomer, today: date) -> ShowcaseCustomer:
    holder, first = customer.holder, customer.units[0].unit
    document = Cnpj(holder.document) if holder.is_company else Cpf(holder.document)
    open_months = sorted(
        (billed.dates.due_on, billed.charges.total_cents)
        for demo_unit in customer.units
        for billed in billed_months(demo_unit, today)
        if billed.paid_on is None
    )
    return ShowcaseCustomer(
        description=description,
        name=holder.name,
        document=document.formatted,
        birth_date=customer.birth_date,
        customer_code=CustomerCode(first.customer_code).formatted,
        uc=UcNumber(first.uc).formatted if first.uc else None,
        email=holder.email,
        open_bills=tuple(open_months),
    )
