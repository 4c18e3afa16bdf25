"""What actions read of the billing system: asked for once in a turn, and anew in the next."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from actions.turn_billing import TurnBilling
from billing.gateway import BillingUnavailable
from billing.identifiers import Cpf
from billing.model import Beneficiary, Bill
from records.unit_of_work import unit_of_work

DAY = date(2026, 3, 12)
BILL = Bill("bill", "unit", DAY, DAY, DAY, 100, Beneficiary("C", "11444777000161"), "0" * 48, "pix")


class Counted:
    """A gateway that knows one bill, and notes what it is asked; it may be down."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.works = True

    def __getattr__(self, name: str) -> Any:
        def answer(*_: object) -> list[Bill]:
            self.asked.append(name)
            if not self.works:
                raise BillingUnavailable
            return [BILL]

        return answer


@pytest.fixture
def gateway() -> Counted:
    return Counted()


@pytest.fixture
def billing(gateway: Counted) -> TurnBilling:
    return TurnBilling(gateway)  # type: ignore[arg-type]


def test_a_turn_asks_once(billing: TurnBilling, gateway: Counted) -> None:
    with unit_of_work("turn"):
        for _ in range(2):
            billing.units("holder")
            billing.open_bills("unit")
            assert billing.bill("bill") == BILL
        billing.units("another")
    assert gateway.asked == ["units", "open_bills", "units"]


def test_the_next_turn_and_whoever_has_none_ask_anew(
    billing: TurnBilling, gateway: Counted
) -> None:
    for turn in ("one", "two"):
        with unit_of_work(turn):
            billing.units("holder")
    for _ in range(2):
        billing.units("holder")
    assert gateway.asked == ["units"] * 4


def test_every_proof_is_asked_for(billing: TurnBilling, gateway: Counted) -> None:
    with unit_of_work("turn"):
        for _ in range(2):
            billing.holder_by_person(Cpf("52998224725"), DAY)
    assert gateway.asked == ["holder_by_person"] * 2


def test_a_fault_is_not_remembered(billing: TurnBilling, gateway: Counted) -> None:
    with unit_of_work("turn"):
        gateway.works = False
        with pytest.raises(BillingUnavailable):
            billing.open_bills("unit")
        gateway.works = True
        assert billing.open_bills("unit") == (BILL,)
