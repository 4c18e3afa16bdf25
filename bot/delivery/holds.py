"""Accounts that a provider refuses until an operator has mended something: a token, a bill.

While an account is on hold, one message is tried now and then; once it is taken, everything goes
on by itself. ``python -m bot parked list`` shows holds, ``retry`` tries at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.engine import Connection, Engine

from records.tables import holds

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True)
class Hold:
    """Why an account is stopped, and when it is tried again."""

    channel: str
    account: str
    since: datetime
    reason: str
    attempts: int
    next_attempt_at: datetime

    def is_paused(self, at: datetime) -> bool:
        """Whether it is too early to try again, unless the clock went back."""
        return at < self.next_attempt_at <= at + LONGEST_PAUSE


def read(connection: Connection, channel: str, account: str) -> Hold | None:
    """The hold on an account."""
    row = connection.execute(select(holds).where(_is(channel, account))).one_or_none()
    return Hold(**row._mapping) if row else None


def put(connection: Connection, channel: str, account: str, reason: str, at: datetime) -> None:
    """Stop an account, or note that it is still refused."""
    known = read(connection, channel, account)
    if known and known.is_paused(at):  # a call that was in flight when it was stopped
        return
    attempts = known.attempts + 1 if known else 1
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    changing = {"reason": reason[:200], "attempts": attempts, "next_attempt_at": at + pause}
    if known:
        connection.execute(update(holds).where(_is(channel, account)).values(**changing))
    else:
        connection.execute(
            insert(holds).values(channel=channel, account=account, since=at, **changing)
        )


def lift(connection: Connection, channel: str, account: str) -> None:
    """The account works again."""
    connection.execute(delete(holds).where(_is(channel, account)))


def probe_now(connection: Connection, channel: str, account: str, at: datetime) -> None:
    """Try the account at once."""
    connection.execute(update(holds).where(_is(channel, account)).values(next_attempt_at=at))


def all_holds(records: Engine) -> list[Hold]:
    """Every account that is stopped."""
    with records.begin() as connection:
        rows = connection.execute(select(holds).order_by(holds.c.since)).all()
    return [Hold(**row._mapping) for row in rows]


def _is(channel: str, account: str) -> object:
    return and_(holds.c.channel == channel, holds.c.account == account)
