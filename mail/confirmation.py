"""One-time links: whoever clicks reads the mail of that address.

Only the SHA-256 of a token is stored: the database does not let anybody confirm. A token has 256
random bits, so a plain hash is enough.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from records.tables import confirmations

VALID_FOR = timedelta(hours=48)


class ConsentGone(Exception):
    """The consent was replaced by a later one, or withdrawn."""


@dataclass(frozen=True)
class Confirmed:
    """The address is confirmed now."""

    protocol: str


@dataclass(frozen=True)
class AlreadyUsed:
    """It was confirmed before; nothing else happened."""

    protocol: str
    used_at: datetime


@dataclass(frozen=True)
class Expired:
    """It came too late."""

    protocol: str


@dataclass(frozen=True)
class Gone:
    """What it would have confirmed was replaced or withdrawn meanwhile."""

    protocol: str


@dataclass(frozen=True)
class Unknown:
    """There is no such link."""


Redemption = Confirmed | AlreadyUsed | Expired | Gone | Unknown


def issue(connection: Connection, consent_id: str, protocol: str, now: datetime) -> str:
    """A new token for a consent that waits, valid for 48 h once the caller commits."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(confirmations).values(
            token_hash=_hash(token),
            consent_id=consent_id,
            protocol=protocol,
            created_at=now,
            expires_at=now + VALID_FOR,
        )
    )
    return token


def redeem(
    records: Engine,
    token: str,
    confirm: Callable[[str], object],
    now: datetime,
    *,
    gone: type[Exception] = ConsentGone,
) -> Redemption:
    """Put the consent behind ``token`` into effect by ``confirm(consent_id)``.

    ``confirm`` must bear repetition: two clicks at once, or a crash after it, call it again. It
    raises ``gone`` if the consent no longer stands. Any other exception of it passes through and
    leaves the link usable.
    """
    link = _link(records, token)
    if link is None:
        return Unknown()
    if link.used_at:
        return AlreadyUsed(link.protocol, link.used_at)
    if now >= link.expires_at:
        return Expired(link.protocol)
    try:
        # Outside any transaction: it may take long, and SQLite has one writer at a time.
        confirm(link.consent_id)
    except gone:
        return Gone(link.protocol)
    if _mark_used(records, token, now):
        return Confirmed(link.protocol)
    return AlreadyUsed(link.protocol, now)


@dataclass(frozen=True)
class _Link:
    consent_id: str
    protocol: str
    expires_at: datetime
    used_at: datetime | None


def _link(records: Engine, token: str) -> _Link | None:
    query = select(
        confirmations.c.consent_id,
        confirmations.c.protocol,
        confirmations.c.expires_at,
        confirmations.c.used_at,
    ).where(confirmations.c.token_hash == _hash(token))
    with records.begin() as connection:
        row = connection.execute(query).one_or_none()
    return _Link(*row) if row else None


def _mark_used(records: Engine, token: str, now: datetime) -> bool:
    unused = (confirmations.c.token_hash == _hash(token)) & confirmations.c.used_at.is_(None)
    with records.begin() as connection:
        marked = connection.execute(update(confirmations).where(unused).values(used_at=now))
    return bool(marked.rowcount)


def _hash(token: str) -> str:
    # Whatever an address line holds must have a hash, broken UTF-8 too.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
