"""Checking a proof of identity without helping whoever guesses.

Five failures in a row, in one conversation or for one document or number over all channels,
lock that proof for 30 minutes. A customer number can be found by walking through all of them,
so that proof is also throttled by conversation, by network address, and over everything.
An attempt is counted before it is checked, and at once, and as a failure until it has succeeded:
guesses made side by side are no more than those made one after the other. In a turn that is done
again it is the same attempt, and counts once.
Only keyed hashes are stored.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from attendance.clock import Clock, now
from records import unit_of_work
from records.tables import proof_attempts, proof_locks

Proved = TypeVar("Proved")

FAILURES_TO_LOCK = 5
LOCKED_FOR = timedelta(minutes=30)


class Kind(str, Enum):
    """What is being proved."""

    UNIT = "unit"  # level 1, by a customer number
    HOLDER = "holder"  # level 2, by a document and what only its holder knows


class Refusal(Enum):
    """Why a proof gave nothing."""

    WRONG = "wrong"
    LOCKED = "locked"
    THROTTLED = "throttled"


@dataclass(frozen=True)
class Proof(Generic[Proved]):
    """What a check gave: either ``proved`` or ``refusal`` is set."""

    proved: Proved | None = None
    refusal: Refusal | None = None
    locks: bool = False  # whether this failure was one too many: the next attempt is refused


@dataclass(frozen=True)
class Throttle:
    """Attempts allowed in an hour, right ones included."""

    conversation: int = 20
    address: int = 60
    everything: int = 2_000


class Proofs:
    """The door to every proof; see the module for its rules."""

    def __init__(
        self,
        records: Engine,
        secret: str,
        clock: Clock = now,
        throttle: Throttle | None = None,
    ) -> None:
        """Count attempts in ``records``; ``secret`` keys the hashes of what was tried."""
        self._records = records
        self._secret = secret.encode()
        self._clock = clock
        self._throttle = throttle or Throttle()

    def check(
        self,
        kind: Kind,
        *,
        conversation_id: str,
        subject: str,
        address: str | None,
        verify: Callable[[], Proved | None],
    ) -> Proof[Proved]:
        """Run ``verify`` unless locked or throttled; ``None`` from it is a failure.

        ``subject`` is the document or number tried. An exception of ``verify`` (the billing
        system is down) passes through, and the attempt does not count.
        """
        at = self._clock()
        subjects = self._subjects(kind, conversation_id, subject, address)
        attempt = self._attempt(subjects)
        with self._records.begin() as connection:
            _forget(connection, attempt)
            _count(connection, attempt, subjects, at)
        with self._records.begin() as connection:  # only now do those side by side see each other
            refusal = self._refusal(connection, kind, subjects, at)
            if refusal:
                _forget(connection, attempt)
                return Proof(refusal=refusal)
        try:
            proved = verify()
        except BaseException:
            with self._records.begin() as connection:
                _forget(connection, attempt)
            raise
        if proved is None:
            locks = self._lock_what_failed_too_often(subjects, at)
            return Proof(refusal=Refusal.WRONG, locks=locks)
        self._succeed(attempt)
        return Proof(proved=proved)

    def _subjects(
        self, kind: Kind, conversation_id: str, subject: str, address: str | None
    ) -> dict[str, str]:
        known = {"conversation": conversation_id, "subject": subject, "everything": "*"}
        if address:
            known["address"] = address
        return {f"{kind.value}:{name}": self._hash(value) for name, value in known.items()}

    def _attempt(self, subjects: Mapping[str, str]) -> str:
        unit = unit_of_work.current()
        if unit is None:
            return secrets.token_hex(16)
        return self._hash(f"{unit.key} {sorted(subjects.items())}")[:32]

    def _hash(self, value: str) -> str:
        return hmac.new(self._secret, value.encode(), "sha256").hexdigest()

    def _refusal(
        self, connection: Connection, kind: Kind, subjects: Mapping[str, str], at: datetime
    ) -> Refusal | None:
        for scope, subject in _lockable(subjects):
            locked_at = _locked_at(connection, scope, subject)
            if locked_at and at - locked_at < LOCKED_FOR:
                return Refusal.LOCKED
            if _failures_in_a_row(connection, scope, subject) > FAILURES_TO_LOCK:
                _lock(connection, scope, subject, at)  # of five that are under way none is known
                return Refusal.LOCKED
        if kind is Kind.UNIT and self._is_throttled(connection, subjects, at):
            return Refusal.THROTTLED
        return None

    def _is_throttled(
        self, connection: Connection, subjects: Mapping[str, str], at: datetime
    ) -> bool:
        limits = {
            "unit:conversation": self._throttle.conversation,
            "unit:address": self._throttle.address,
            "unit:everything": self._throttle.everything,
        }
        return any(
            scope in subjects
            and _attempts(connection, scope, subjects[scope], at - timedelta(hours=1)) > limit
            for scope, limit in limits.items()
        )

    def _lock_what_failed_too_often(self, subjects: Mapping[str, str], at: datetime) -> bool:
        with self._records.begin() as connection:
            too_often = [
                (scope, subject)
                for scope, subject in _lockable(subjects)
                if _failures_in_a_row(connection, scope, subject) >= FAILURES_TO_LOCK
            ]
            for scope, subject in too_often:
                _lock(connection, scope, subject, at)
        return bool(too_often)

    def _succeed(self, attempt: str) -> None:
        with self._records.begin() as connection:
            connection.execute(
                update(proof_attempts)
                .where(proof_attempts.c.attempt == attempt)
                .values(succeeded=True)
            )


def _lockable(subjects: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (scope, subject)
        for scope, subject in subjects.items()
        if scope.endswith((":conversation", ":subject"))
    ]


def _forget(connection: Connection, attempt: str) -> None:
    connection.execute(delete(proof_attempts).where(proof_attempts.c.attempt == attempt))


def _count(connection: Connection, attempt: str, subjects: Mapping[str, str], at: datetime) -> None:
    connection.execute(
        insert(proof_attempts),
        [
            {"attempt": attempt, "scope": scope, "subject": subject, "at": at, "succeeded": False}
            for scope, subject in subjects.items()
        ],
    )


def _attempts(connection: Connection, scope: str, subject: str, since: datetime) -> int:
    return connection.execute(
        select(func.count())
        .select_from(proof_attempts)
        .where(
            proof_attempts.c.scope == scope,
            proof_attempts.c.subject == subject,
            proof_attempts.c.at > since,
        )
    ).scalar_one()


def _failures_in_a_row(connection: Connection, scope: str, subject: str) -> int:
    of_subject = (proof_attempts.c.scope == scope) & (proof_attempts.c.subject == subject)
    last_success = (
        select(func.coalesce(func.max(proof_attempts.c.id), 0))
        .where(of_subject, proof_attempts.c.succeeded)
        .scalar_subquery()
    )
    failures = (
        select(func.count())
        .select_from(proof_attempts)
        .where(of_subject, proof_attempts.c.id > last_success)
    )
    locked_at = _locked_at(connection, scope, subject)
    if locked_at:
        failures = failures.where(proof_attempts.c.at > locked_at)
    return connection.execute(failures).scalar_one()


def _locked_at(connection: Connection, scope: str, subject: str) -> datetime | None:
    return connection.execute(
        select(proof_locks.c.locked_at).where(
            proof_locks.c.scope == scope, proof_locks.c.subject == subject
        )
    ).scalar_one_or_none()


def _lock(connection: Connection, scope: str, subject: str, at: datetime) -> None:
    row = (proof_locks.c.scope == scope) & (proof_locks.c.subject == subject)
    if connection.execute(update(proof_locks).where(row).values(locked_at=at)).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(
                insert(proof_locks).values(scope=scope, subject=subject, locked_at=at)
            )
    except IntegrityError:
        pass  # another process has locked it just now
