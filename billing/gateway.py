"""The one door to the distributor's billing system.

Implementations: ``billing.database`` (built in: SQLite, PostgreSQL) and ``billing.rest`` (the
distributor's own system). All pass the contract suite in ``tests/billing/gateway_contract.py``.
Every call blocks; callers on an event loop run it in a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from billing.identifiers import Cnpj, Cpf, CustomerNumber
from billing.model import Bill, Consent, EmailInvoice, Holder, Invoice, PendingConsent, Unit


class BillingUnavailable(Exception):
    """The billing system cannot be reached or answers with faults; trying later may help."""


class BillingRecordNotFound(LookupError):
    """An id that came from the gateway itself no longer exists."""


class BillingGateway(Protocol):
    """What Clara needs from a billing system.

    Every method raises ``BillingUnavailable`` when the system is down; methods that take an id
    raise ``BillingRecordNotFound`` for an id that is unknown.
    """

    def unit_by_number(self, number: CustomerNumber) -> Unit | None:
        """The unit of an old customer code or a national UC number."""

    def holder_by_person(self, cpf: Cpf, birth_date: date) -> Holder | None:
        """The holder with this CPF, if born on this date; a wrong date looks like no holder."""

    def holder_by_company(self, cnpj: Cnpj, number: CustomerNumber) -> Holder | None:
        """The company with this CNPJ, if it holds the unit with this number."""

    def holder(self, holder_id: str) -> Holder:
        """The holder with this id."""

    def units(self, holder_id: str) -> Sequence[Unit]:
        """All units of a holder, in the order they were connected."""

    def open_bills(self, unit_id: str) -> Sequence[Bill]:
        """Issued bills without a recorded payment, the oldest due first."""

    def bills(self, unit_id: str, months: int = 13) -> Sequence[Bill]:
        """Bills of the last months, open and paid, the newest first."""

    def bill(self, bill_id: str) -> Bill:
        """The bill with this id."""

    def invoice(self, bill_id: str) -> Invoice:
        """All that is printed on the bill."""

    def email_invoice(self, holder_id: str) -> EmailInvoice:
        """Whether and where the holder's bills go by e-mail."""

    def request_email_invoice(
        self, consent: Consent, email: str, *, idempotency_key: str
    ) -> PendingConsent | None:
        """Record the agreement to send bills to ``email``.

        The holder's registered address takes effect at once (returns ``None``); any other waits
        for ``confirm_email_invoice``. A later request replaces one that waits. Repeating a call
        with the same key has no further effect and returns the same.
        """

    def confirm_email_invoice(self, consent_id: str) -> EmailInvoice:
        """Put a waiting consent into effect; confirming twice is the same as once.

        Raises ``BillingRecordNotFound`` if the consent is unknown, was replaced or withdrawn.
        """

    def end_email_invoice(self, withdrawal: Consent, *, idempotency_key: str) -> EmailInvoice:
        """Record that the holder no longer wants bills by e-mail, whatever state it was in."""
