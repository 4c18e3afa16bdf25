"""The billing gateway as actions use it: what a turn has read, it does not ask for again.

The questions of a service are asked and read by several actions, and its delivery is one more;
each looks up the same units and bills. Outside of a turn nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from billing.gateway import BillingGateway
from billing.identifiers import Cnpj, Cpf, CustomerNumber
from billing.model import Bill, Consent, EmailInvoice, Holder, Invoice, PendingConsent, Unit
from records import unit_of_work

_T = TypeVar("_T")


class TurnBilling:
    """A ``BillingGateway`` that asks another one.

    What proves something is always asked, and so takes as long as it takes; so is what a turn may
    change. Faults are not remembered.
    """

    def __init__(self, gateway: BillingGateway) -> None:
        """Ask ``gateway``."""
        self._gateway = gateway

    def unit_by_number(self, number: CustomerNumber) -> Unit | None:
        """See ``BillingGateway``."""
        return self._gateway.unit_by_number(number)

    def holder_by_person(self, cpf: Cpf, birth_date: date) -> Holder | None:
        """See ``BillingGateway``."""
        return self._gateway.holder_by_person(cpf, birth_date)

    def holder_by_company(self, cnpj: Cnpj, number: CustomerNumber) -> Holder | None:
        """See ``BillingGateway``."""
        return self._gateway.holder_by_company(cnpj, number)

    def holder(self, holder_id: str) -> Holder:
        """See ``BillingGateway``."""
        return _once("holder", holder_id, ask=lambda: self._gateway.holder(holder_id))

    def units(self, holder_id: str) -> Sequence[Unit]:
        """See ``BillingGateway``."""
        return _once("units", holder_id, ask=lambda: tuple(self._gateway.units(holder_id)))

    def open_bills(self, unit_id: str) -> Sequence[Bill]:
        """See ``BillingGateway``."""
        return _once("open", unit_id, ask=lambda: _noted(self._gateway.open_bills(unit_id)))

    def bills(self, unit_id: str, months: int = 13) -> Sequence[Bill]:
        """See ``BillingGateway``."""
        return _once(
            "bills", unit_id, months, ask=lambda: _noted(self._gateway.bills(unit_id, months))
        )

    def bill(self, bill_id: str) -> Bill:
        """See ``BillingGateway``."""
        return _once("bill", bill_id, ask=lambda: self._gateway.bill(bill_id))

    def invoice(self, bill_id: str) -> Invoice:
        """See ``BillingGateway``."""
        return self._gateway.invoice(bill_id)

    def email_invoice(self, holder_id: str) -> EmailInvoice:
        """See ``BillingGateway``."""
        return self._gateway.email_invoice(holder_id)

    def request_email_invoice(
        self, consent: Consent, email: str, *, idempotency_key: str
    ) -> PendingConsent | None:
        """See ``BillingGateway``."""
        return self._gateway.request_email_invoice(consent, email, idempotency_key=idempotency_key)

    def confirm_email_invoice(self, consent_id: str) -> EmailInvoice:
        """See ``BillingGateway``."""
        return self._gateway.confirm_email_invoice(consent_id)

    def end_email_invoice(self, withdrawal: Consent, *, idempotency_key: str) -> EmailInvoice:
        """See ``BillingGateway``."""
        return self._gateway.end_email_invoice(withdrawal, idempotency_key=idempotency_key)


def _once(*question: object, ask: Callable[[], _T]) -> _T:
    unit = unit_of_work.current()
    if unit is None:
        return ask()
    key = (TurnBilling, *question)
    if key not in unit.known:
        unit.known[key] = ask()
    known: _T = unit.known[key]
    return known


def _noted(bills: Sequence[Bill]) -> tuple[Bill, ...]:
    """Bills of a list, each of which is then known by itself."""
    unit = unit_of_work.current()
    if unit:
        unit.known.update({(TurnBilling, "bill", bill.id): bill for bill in bills})
    return tuple(bills)
