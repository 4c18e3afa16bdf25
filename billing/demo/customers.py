"""The customers of the demo: about 300 holders, the same ones every time.

The showcase customers come first. The others take turns through the cases by their number, so
that every case is there many times, whatever the random choices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

from billing.demo.distributor import UC_DISTRIBUTOR
from billing.demo.names import email_for, random_company, random_person
from billing.demo.places import random_address
from billing.demo.situations import Situation
from billing.demo.tariff import COMMERCIAL, LOW_INCOME, RESIDENTIAL, SupplyClass
from billing.identifiers import Cnpj, Cpf, UcNumber
from billing.model import Holder, Unit

_SEED = "luz-do-norte-1"
_PEOPLE = 255
_COMPANIES = 35
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True)
class DemoUnit:
    """A unit, and what decides its bills."""

    unit: Unit
    connected_on: date
    supply_class: SupplyClass
    monthly_kwh: int  # average
    situation: Situation
    by_collection: bool = False  # paid with a 48-digit collection code instead of a boleto


@dataclass(frozen=True)
class DemoCustomer:
    """A holder with its units, the first connected first."""

    holder: Holder
    birth_date: date | None  # companies have none
    units: tuple[DemoUnit, ...]
    email_active: bool = False  # gets bills by e-mail already


def other_customers(first_number: int) -> Iterator[DemoCustomer]:
    """Yield the customers besides the showcase, numbered from ``first_number``."""
    rng = Random(_SEED)  # noqa: S311 - must repeat, not be secret
    unit_numbers = count(first_number * 10)
    for number in range(first_number, first_number + _PEOPLE):
        yield _person(rng, number, unit_numbers)
    for number in range(first_number + _PEOPLE, first_number + _PEOPLE + _COMPANIES):
        yield _company(rng, number, unit_numbers)


def _person(rng: Random, number: int, unit_numbers: Iterator[int]) -> DemoCustomer:
    name = random_person(rng)
    email = None if number % 5 == 0 else email_for(name, number)
    # The number in the middle makes each one unique.
    cpf = Cpf.with_check_digits(f"{rng.randrange(1000):03d}{number:04d}{rng.randrange(100):02d}")
    supply_class = LOW_INCOME if number % 6 == 0 else RESIDENTIAL
    unit_count = rng.randrange(2, 5) if number % 9 == 0 else 1
    holder = Holder(id=f"demo-holder-{number:04d}", name=name, document=cpf.digits, email=email)
    return DemoCustomer(
        holder=holder,
        birth_date=date(rng.randrange(1940, 2006), rng.randrange(1, 13), rng.randrange(1, 29)),
        units=tuple(
            _unit(rng, holder, next(unit_numbers), supply_class) for _ in range(unit_count)
        ),
        email_active=email is not None and number % 7 == 0,
    )


def _company(rng: Random, number: int, unit_numbers: Iterator[int]) -> DemoCustomer:
    name = random_company(rng)
    # Roots with letters exist since July 2026 (IN RFB 2.229/2024).
    letters = (
        "".join(rng.choices(_LETTERS, k=2)) if number % 3 == 0 else f"{rng.randrange(100):02d}"
    )
    cnpj = Cnpj.with_check_digits(f"{rng.randrange(10, 60)}{letters}{number:04d}0001")
    holder = Holder(
        id=f"demo-holder-{number:04d}",
        name=name,
        document=cnpj.digits,
        email=None if number % 8 == 0 else email_for(name, number),
    )
    units = tuple(
        _unit(rng, holder, next(unit_numbers), COMMERCIAL) for _ in range(rng.randrange(1, 4))
    )
    return DemoCustomer(holder, None, units, email_active=bool(holder.email) and number % 7 == 0)


def _unit(rng: Random, holder: Holder, number: int, supply_class: SupplyClass) -> DemoUnit:
    situations = tuple(Situation)
    sequence = number * 7919 + 1_000_003  # spread out, as if other distributors' came between
    unit = Unit(
        id=f"demo-unit-{number:04d}",
        holder_id=holder.id,
        # Some units still have only the old number.
        uc=None if number % 8 == 0 else UcNumber.from_sequence(sequence, UC_DISTRIBUTOR).digits,
        customer_code=f"30{rng.randrange(1000):03d}{number:05d}",
        address=random_address(rng),
    )
    return DemoUnit(
        unit=unit,
        connected_on=date(rng.randrange(1998, 2022), rng.randrange(1, 13), rng.randrange(1, 29)),
        supply_class=supply_class,
        monthly_kwh=rng.randrange(*supply_class.usual_kwh),
        situation=situations[number % len(situations)],
        by_collection=number % 5 == 0,
    )
