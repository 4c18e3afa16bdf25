"""Agreeing to bills by e-mail, proving the address, and changing one's mind.

A consent is ``pending`` until its address is confirmed, ``active`` while in force, and ends
``replaced`` by a later one or ``withdrawn``. Every function runs within a transaction that writes;
those that change something hold the holder's row until it ends, so that two at once for one
holder happen one after the other.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Row

from billing.database.tables import email_consents, email_withdrawals, holders
from billing.gateway import BillingRecordNotFound
from billing.model import Consent, EmailInvoice, EmailInvoiceState, PendingConsent

_PENDING, _ACTIVE, _REPLACED, _WITHDRAWN = "pending", "active", "replaced", "withdrawn"


def state_of(connection: Connection, holder_id: str) -> EmailInvoice:
    """Return whether and where the bills of a holder go by e-mail."""
    consents = email_consents.c
    query = select(consents.state, consents.email).where(
        consents.holder_id == holder_id, consents.state.in_([_PENDING, _ACTIVE])
    )
    emails: dict[str, str] = {row.state: row.email for row in connection.execute(query)}
    active, pending = emails.get(_ACTIVE), emails.get(_PENDING)
    if pending:
        return EmailInvoice(EmailInvoiceState.PENDING, email=active, pending_email=pending)
    if active:
        return EmailInvoice(EmailInvoiceState.ACTIVE, email=active)
    return EmailInvoice(EmailInvoiceState.INACTIVE)


def request(
    connection: Connection, consent: Consent, email: str, key: str
) -> PendingConsent | None:
    """Record an agreement; see ``BillingGateway.request_email_invoice``."""
    holder = _lock_holder(connection, consent.holder_id)
    earlier = _recorded(connection, email_consents, consent.holder_id, key)
    if earlier is not None:
        return _pending_of(earlier)

    registered = holder.email is not None and holder.email.casefold() == email.casefold()
    # A consent in force gives way only to another one in force.
    replaced = [_PENDING, _ACTIVE] if registered else [_PENDING]
    _end(connection, consent.holder_id, replaced, _REPLACED, consent.given_at)
    record = {
        **_agreement(consent, key),
        "email": holder.email if registered else email,
        "needs_confirmation": not registered,
        "state": _ACTIVE if registered else _PENDING,
    }
    connection.execute(email_consents.insert(), record)
    return None if registered else PendingConsent(id=record["id"], email=email)


def confirm(connection: Connection, consent_id: str, now: datetime) -> EmailInvoice:
    """Put a waiting consent into effect; see ``BillingGateway.confirm_email_invoice``."""
    by_id = select(email_consents).where(email_consents.c.id == consent_id)
    found = connection.execute(by_id).one_or_none()
    if found is None:
        raise BillingRecordNotFound("e-mail consent")
    _lock_holder(connection, found.holder_id)
    consent = connection.execute(by_id).one()  # it may have changed while we waited for the lock
    if consent.state not in (_PENDING, _ACTIVE):
        raise BillingRecordNotFound("e-mail consent, which was replaced or withdrawn")
    if consent.state == _PENDING:
        _end(connection, consent.holder_id, [_ACTIVE], _REPLACED, now)
        connection.execute(
            update(email_consents)
            .where(email_consents.c.id == consent_id)
            .values(state=_ACTIVE, confirmed_at=_utc(now))
        )
    return state_of(connection, consent.holder_id)


def withdraw(connection: Connection, withdrawal: Consent, key: str) -> EmailInvoice:
    """Record a withdrawal; see ``BillingGateway.end_email_invoice``."""
    _lock_holder(connection, withdrawal.holder_id)
    if _recorded(connection, email_withdrawals, withdrawal.holder_id, key) is None:
        connection.execute(email_withdrawals.insert(), _agreement(withdrawal, key))
        _end(
            connection,
            withdrawal.holder_id,
            [_PENDING, _ACTIVE],
            _WITHDRAWN,
            withdrawal.given_at,
        )
    # Repeated late, after a new agreement, it still answers what it did then.
    return EmailInvoice(EmailInvoiceState.INACTIVE)


def _lock_holder(connection: Connection, holder_id: str) -> Row:
    query = select(holders).where(holders.c.id == holder_id).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BillingRecordNotFound("holder")
    return row


def _recorded(connection: Connection, table: Any, holder_id: str, key: str) -> Row | None:
    query = select(table).where(table.c.holder_id == holder_id, table.c.idempotency_key == key)
    return connection.execute(query).one_or_none()


def _pending_of(consent: Row) -> PendingConsent | None:
    if not consent.needs_confirmation:
        return None
    return PendingConsent(id=consent.id, email=consent.email)


def _end(
    connection: Connection, holder_id: str, states: list[str], ended_as: str, when: datetime
) -> None:
    connection.execute(
        update(email_consents)
        .where(email_consents.c.holder_id == holder_id, email_consents.c.state.in_(states))
        .values(state=ended_as, ended_at=_utc(when))
    )


def _agreement(consent: Consent, key: str) -> dict[str, Any]:
    return {
        "id": uuid4().hex,
        "holder_id": consent.holder_id,
        "idempotency_key": key,
        "text": consent.text,
        "text_version": consent.text_version,
        "channel": consent.channel,
        "protocol": consent.protocol,
        "given_at": _utc(consent.given_at),
    }


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone proves nothing; give it in UTC")
    return instant.astimezone(timezone.utc)
