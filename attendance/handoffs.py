"""Handing a conversation over to a person: a queue, and the hours in which it is attended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from attendance.clock import LOCAL, Clock, now
from attendance.holidays import is_national_holiday
from records import unit_of_work
from records.tables import handoffs


@dataclass(frozen=True)
class OpeningHours:
    """When people attend: Monday to Friday but on holidays, local time of the distributor."""

    opens: time
    closes: time
    local_holidays: frozenset[date] = frozenset()
    """Beside the national ones."""

    def is_open(self, at: datetime) -> bool:
        """Whether somebody attends at this instant."""
        local = at.astimezone(LOCAL)
        return self._is_working(local.date()) and self.opens <= local.time() < self.closes

    def next_opening(self, at: datetime) -> datetime:
        """The next time that somebody begins to attend, in local time."""
        local = at.astimezone(LOCAL)
        day = local.date()
        if local.time() >= self.opens:
            day += timedelta(days=1)
        while not self._is_working(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, LOCAL)

    def _is_working(self, day: date) -> bool:
        is_holiday = day in self.local_holidays or is_national_holiday(day)
        return day.weekday() < 5 and not is_holiday


@dataclass(frozen=True)
class Handoff:
    """A conversation handed over to people."""

    id: int
    conversation_id: str
    protocol: str
    requested_at: datetime
    transcript: str  # up to the request, masked
    taken_at: datetime | None
    closed_at: datetime | None


class Handoffs:
    """The queue of conversations that wait for a person.

    Within a unit of work a conversation is queued with the turn.
    """

    def __init__(self, records: Engine, clock: Clock = now) -> None:
        """Keep the queue in ``records``."""
        self._records = records
        self._clock = clock

    def queue(self, conversation_id: str, protocol: str, transcript: str) -> bool:
        """Put the conversation in the queue; False if it waits there already.

        ``transcript`` is read by the person who takes over and must be masked.
        """
        unit = unit_of_work.current()
        if unit and unit.known.get((Handoffs, conversation_id)):
            return False
        at = self._clock()
        with self._records.begin() as connection:
            waiting = connection.execute(
                select(handoffs.c.id).where(
                    handoffs.c.conversation_id == conversation_id, handoffs.c.closed_at.is_(None)
                )
            ).first()
        if waiting:
            return False
        row = insert(handoffs).values(
            conversation_id=conversation_id,
            protocol=protocol,
            requested_at=at,
            transcript=transcript,
        )
        unit_of_work.change(self._records, lambda connection: connection.execute(row))
        if unit:
            unit.known[Handoffs, conversation_id] = True
        return True

    def withdraw(self, conversation_id: str) -> bool:
        """Take the conversation out of the queue; False if it is in none, or with a person."""
        waits = (
            (handoffs.c.conversation_id == conversation_id)
            & handoffs.c.closed_at.is_(None)
            & handoffs.c.taken_at.is_(None)
        )
        with self._records.begin() as connection:
            waiting = connection.execute(select(handoffs.c.id).where(waits)).first()
        if waiting:
            left = update(handoffs).where(waits).values(closed_at=self._clock())
            unit_of_work.change(self._records, lambda connection: connection.execute(left))
        return waiting is not None


def open_handoffs(connection: Connection) -> list[Handoff]:
    """All that wait for a person, or are with one, the oldest first."""
    query = select(handoffs).where(handoffs.c.closed_at.is_(None)).order_by(handoffs.c.id)
    return [_handoff(row) for row in connection.execute(query)]


def find(connection: Connection, handoff_id: int) -> Handoff | None:
    """The hand-off with this number, open or closed."""
    row = connection.execute(select(handoffs).where(handoffs.c.id == handoff_id)).one_or_none()
    return _handoff(row) if row else None


def take(connection: Connection, handoff_id: int, at: datetime) -> bool:
    """A person attends from now on, and Clara is silent; ``False`` if one did already."""
    return _change(connection, handoff_id, handoffs.c.taken_at.is_(None), taken_at=at)


def close(connection: Connection, handoff_id: int, at: datetime) -> bool:
    """Clara attends again; ``False`` if she did already."""
    return _change(connection, handoff_id, True, closed_at=at)


def _change(connection: Connection, handoff_id: int, condition: Any, **values: datetime) -> bool:
    is_open = (handoffs.c.id == handoff_id) & handoffs.c.closed_at.is_(None)
    changed = connection.execute(update(handoffs).where(is_open, condition).values(**values))
    return bool(changed.rowcount)


def _handoff(row: Any) -> Handoff:
    return Handoff(**row._mapping)
