"""The billing gateway over the built-in database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timezone
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine, Row

from billing.database import email_invoices, queries
from billing.database.engine import WRITES
from billing.database.faults import transaction
from billing.database.rows import holder_of, unit_of
from billing.database.tables import holders, units
from billing.identifiers import Cnpj, Cpf, CustomerCode, CustomerNumber
from billing.model import Bill, Consent, EmailInvoice, Holder, Invoice, PendingConsent, Unit


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class DatabaseGateway:
    """``billing.gateway.BillingGateway`` over SQLite or PostgreSQL; may be shared by threads.

    Whether an id exists is asked only where nothing is found that belongs to it.
    ``engine`` comes from ``open_engine``, its database through ``migrate``. ``now`` tells the
    instant at which an address is confirmed.
    """

    def __init__(self, engine: Engine, now: Callable[[], datetime] = _utc_now) -> None:
        """Use ``engine``; connections are made when needed."""
        self._engine = engine
        self._now = now

    def unit_by_number(self, number: CustomerNumber) -> Unit | None:
        """See ``BillingGateway``."""
        with self._reading() as connection:
            row = _unit_row(connection, number)
        return None if row is None else unit_of(row)

    def holder_by_person(self, cpf: Cpf, birth_date: date) -> Holder | None:
        """See ``BillingGateway``.

        The query is the same for a right and a wrong date and the comparison takes the same time,
        so how long it takes does not tell whether the CPF is a customer's.
        """
        with self._reading() as connection:
            row = _holder_row(connection, cpf.digits)
        known = row.birth_date if row is not None and row.birth_date else date.min
        matches = compare_digest(known.isoformat(), birth_date.isoformat())
        return holder_of(row) if row is not None and row.birth_date and matches else None

    def holder_by_company(self, cnpj: Cnpj, number: CustomerNumber) -> Holder | None:
        """See ``BillingGateway``; both queries run whatever the first one finds."""
        with self._reading() as connection:
            holder_row = _holder_row(connection, cnpj.digits)
            unit_row = _unit_row(connection, number)
        if holder_row is None or unit_row is None or unit_row.holder_id != holder_row.id:
            return None
        return holder_of(holder_row)

    def holder(self, holder_id: str) -> Holder:
        """See ``BillingGateway``."""
        with self._reading() as connection:
            return queries.holder(connection, holder_id)

    def units(self, holder_id: str) -> Sequence[Unit]:
        """See ``BillingGateway``."""
        with self._reading() as connection:
            found = queries.units_of(connection, holder_id)
            if not found:
                queries.holder(connection, holder_id)
            return found

    def open_bills(self, unit_id: str) -> Sequence[Bill]:
        """See ``BillingGateway``."""
        with self._reading() as connection:
            found = queries.open_bills(connection, unit_id)
            if not found:
                queries.unit(connection, unit_id)
            return found

    def bills(self, unit_id: str, months: int = 13) -> Sequence[Bill]:
        """See ``BillingGateway``."""
        with self._reading() as connection:
            found = queries.newest_bills(connection, unit_id, months)
            if not found:
                queries.unit(connection, unit_id)
            return found

    def bill(self, bill_id: str) -> Bill:
        """See ``BillingGateway``."""
        with self._reading() as connection:
            return queries.bill(connection, bill_id)

    def invoice(self, bill_id: str) -> Invoice:
        """See ``BillingGateway``."""
        with self._reading() as connection:
            return queries.invoice(connection, bill_id)

    def email_invoice(self, holder_id: str) -> EmailInvoice:
        """See ``BillingGateway``."""
        with self._reading() as connection:
            queries.holder(connection, holder_id)
            return email_invoices.state_of(connection, holder_id)

    def request_email_invoice(
        self, consent: Consent, email: str, *, idempotency_key: str
    ) -> PendingConsent | None:
        """See ``BillingGateway``; letter case does not tell two addresses apart."""
        with self._writing() as connection:
            return email_invoices.request(connection, consent, email, idempotency_key)

    def confirm_email_invoice(self, consent_id: str) -> EmailInvoice:
        """See ``BillingGateway``."""
        with self._writing() as connection:
            return email_invoices.confirm(connection, consent_id, self._now())

    def end_email_invoice(self, withdrawal: Consent, *, idempotency_key: str) -> EmailInvoice:
        """See ``BillingGateway``."""
        with self._writing() as connection:
            return email_invoices.withdraw(connection, withdrawal, idempotency_key)

    def _reading(self) -> AbstractContextManager[Connection]:
        return transaction(self._engine)

    def _writing(self) -> AbstractContextManager[Connection]:
        return transaction(self._engine.execution_options(**{WRITES: True}))


def _holder_row(connection: Connection, document: str) -> Row | None:
    return connection.execute(select(holders).where(holders.c.document == document)).one_or_none()


def _unit_row(connection: Connection, number: CustomerNumber) -> Row | None:
    column = units.c.customer_code if isinstance(number, CustomerCode) else units.c.uc
    return connection.execute(select(units).where(column == number.digits)).one_or_none()
