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
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, delete, func, insert, literal, select, union_all, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from attendance.clock import Clock, now
from records import unit_of_work
from records.instant import Instant
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
            locks = self._lock_what_failed_too_often(kind, subjects, at)
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
        for standing in connection.execute(_STANDING[kind], _by_name(subjects)).all():
            if standing.locked_at and at - standing.locked_at < LOCKED_FOR:
                return Refusal.LOCKED
            if standing.failures > FAILURES_TO_LOCK:
                # Of five that are under way none is known.
                _lock(connection, standing.scope, subjects[standing.scope], at)
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
        parameters = {"address": None, **_by_name(subjects), "since": at - timedelta(hours=1)}
        made = connection.execute(_ATTEMPTS, parameters).all()
        return any(row.number > limits[row.scope] for row in made)

    def _lock_what_failed_too_often(
        self, kind: Kind, subjects: Mapping[str, str], at: datetime
    ) -> bool:
        with self._records.begin() as connection:
            standings = connection.execute(_STANDING[kind], _by_name(subjects)).all()
            too_often = [one.scope for one in standings if one.failures >= FAILURES_TO_LOCK]
            for scope in too_often:
                _lock(connection, scope, subjects[scope], at)
        return bool(too_often)

    def _succeed(self, attempt: str) -> None:
        with self._records.begin() as connection:
            connection.execute(_SUCCEED, {"of": attempt})


def _by_name(subjects: Mapping[str, str]) -> dict[str, str]:
    """The subjects as parameters of the statements below: without the kind in their names."""
    return {scope.partition(":")[2]: subject for scope, subject in subjects.items()}


def _standing(scope: str, name: str) -> Any:
    """When a subject was last locked, and its failures in a row since."""
    lock, attempt = proof_locks.c, proof_attempts.c
    subject = bindparam(name)
    of_subject = (attempt.scope == scope) & (attempt.subject == subject)
    locked_at = (
        select(lock.locked_at).where(lock.scope == scope, lock.subject == subject).scalar_subquery()
    )
    last_success = (
        select(func.coalesce(func.max(attempt.id), 0))
        .where(of_subject, attempt.succeeded)
        .scalar_subquery()
    )
    failures = (
        select(func.count())
        .select_from(proof_attempts)
        .where(
            of_subject,
            attempt.id > last_success,
            attempt.at > func.coalesce(locked_at, literal(_LONG_AGO, Instant)),
        )
        .scalar_subquery()
    )
    return select(
        literal(scope).label("scope"), locked_at.label("locked_at"), failures.label("failures")
    )


def _attempts(scope: str, name: str) -> Any:
    """How often a subject was tried lately."""
    attempt = proof_attempts.c
    return (
        select(literal(scope).label("scope"), func.count().label("number"))
        .select_from(proof_attempts)
        .where(
            attempt.scope == scope,
            attempt.subject == bindparam(name),
            attempt.at > bindparam("since", type_=Instant),
        )
    )


_LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)

# Made once: to put a statement together takes longer than to carry it out. What is asked of
# several subjects is asked in one statement.
_STANDING = {
    kind: union_all(
        *(_standing(f"{kind.value}:{name}", name) for name in ("conversation", "subject"))
    )
    for kind in Kind
}
_ATTEMPTS = union_all(
    *(_attempts(f"unit:{name}", name) for name in ("conversation", "address", "everything"))
)
_COUNT = insert(proof_attempts)
_FORGET = delete(proof_attempts).where(proof_attempts.c.attempt == bindparam("of"))
_SUCCEED = (
    update(proof_attempts).where(proof_attempts.c.attempt == bindparam("of")).values(succeeded=True)
)


def _forget(connection: Connection, attempt: str) -> None:
    connection.execute(_FORGET, {"of": attempt})


def _count(connection: Connection, attempt: str, subjects: Mapping[str, str], at: datetime) -> None:
    connection.execute(
        _COUNT,
        [
            {"attempt": attempt, "scope": scope, "subject": subject, "at": at, "succeeded": False}
            for scope, subject in subjects.items()
        ],
    )


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
