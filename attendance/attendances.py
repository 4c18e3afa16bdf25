"""Attendances: opened with a protocol number, proved to a level, ended by silence.

REN ANEEL 1.000/2021: a protocol number at the start of every attendance in every channel, one
sequence for the distributor (art. 403); its status can be asked for later (art. 405); records
are kept for ten years (art. 659).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from attendance.clock import Clock, local_date, now
from records import unit_of_work
from records.tables import attendances, conversations, demands, protocol_sequence

SESSION = timedelta(minutes=30)
"""How long a customer may be silent before the attendance, and every proof in it, ends."""


@dataclass(frozen=True)
class Attendance:
    """One attendance of one conversation, with what was proved in it."""

    protocol: str  # 14 digits: year and a sequence number of the distributor
    conversation_id: str
    opened_at: datetime
    holder_id: str | None = None
    unit_ids: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        """0: nothing proved; 1: a customer number; 2: who the holder is."""
        if self.holder_id:
            return 2
        return 1 if self.unit_ids else 0


@dataclass(frozen=True)
class Demand:
    """One thing asked for in an attendance, and how it ended."""

    service: str
    outcome: str
    at: datetime


@dataclass(frozen=True)
class Status:
    """What may be told to whoever knows a protocol number: nothing about the person."""

    opened_at: datetime
    is_open: bool
    demands: tuple[Demand, ...]


class Attendances:
    """The attendances on record.

    Within a unit of work changes are stored with the turn, and seen in it before that; only a
    protocol number is allocated at once. A turn that is done again leaves a gap in the sequence.
    """

    def __init__(self, records: Engine, clock: Clock = now) -> None:
        """Keep attendances in ``records``."""
        self._records = records
        self._clock = clock

    def open(self, conversation_id: str, channel: str) -> tuple[Attendance, Attendance | None]:
        """A new attendance, and the one that ended for it, if any."""
        at = self._clock()
        ended = _known(conversation_id)
        with self._records.begin() as connection:
            if ended is None:
                row = _newest(connection, conversation_id)
                ended = _attendance(row) if row and row.closed_at is None else None
            attendance = Attendance(_next_protocol(connection, at), conversation_id, at)

        def record(connection: Connection) -> None:
            _ensure_conversation(connection, conversation_id, at)
            if ended:
                _set(connection, ended.protocol, closed_at=at)
            _insert(connection, attendance, channel)

        unit_of_work.change(self._records, record)
        _remember(attendance)
        return attendance, ended

    def current(self, conversation_id: str, channel: str) -> Attendance:
        """The attendance in course, kept alive; a new one if the last has ended."""
        known = _known(conversation_id)
        if known:
            return known
        at = self._clock()
        with self._records.begin() as connection:
            row = _newest(connection, conversation_id)
        if row is None or row.closed_at is not None or at - row.last_at >= SESSION:
            return self.open(conversation_id, channel)[0]
        attendance = _attendance(row)
        self._change(attendance.protocol, last_at=at)
        _remember(attendance)
        return attendance

    def prove_holder(self, protocol: str, holder_id: str) -> None:
        """Raise the attendance to level 2."""
        self._change(protocol, holder_id=holder_id)
        _remember_change(protocol, lambda known: replace(known, holder_id=holder_id))

    def prove_unit(self, attendance: Attendance, unit_id: str) -> None:
        """Add a unit to those that level 1 opens in the attendance, as it stands now."""
        others = (known for known in attendance.unit_ids if known != unit_id)
        unit_ids = (*others, unit_id)
        self._change(attendance.protocol, unit_ids=list(unit_ids))
        _remember_change(attendance.protocol, lambda known: replace(known, unit_ids=unit_ids))

    def end_proofs(self, protocol: str) -> None:
        """Lower the attendance to level 0; its protocol and demands stay."""
        self._change(protocol, holder_id=None, unit_ids=[])
        _remember_change(protocol, lambda known: replace(known, holder_id=None, unit_ids=()))

    def note_demand(self, protocol: str, service: str, outcome: str) -> None:
        """Record what was asked for and how it ended (art. 404: it is not asked again)."""
        values = {"protocol": protocol, "service": service, "outcome": outcome, "at": self._clock()}
        unit_of_work.change(
            self._records, lambda connection: connection.execute(insert(demands).values(values))
        )

    def status(self, protocol: str) -> Status | None:
        """What is on record under a protocol number."""
        at = self._clock()
        with self._records.begin() as connection:
            row = connection.execute(
                select(attendances).where(attendances.c.protocol == protocol)
            ).one_or_none()
            if row is None:
                return None
            rows = connection.execute(
                select(demands).where(demands.c.protocol == protocol).order_by(demands.c.id)
            ).all()
        return Status(
            opened_at=row.opened_at,
            is_open=row.closed_at is None and at - row.last_at < SESSION,
            demands=tuple(Demand(d.service, d.outcome, d.at) for d in rows),
        )

    def _change(self, protocol: str, **values: Any) -> None:
        unit = unit_of_work.current()
        together = unit.known.get((_CHANGED, protocol)) if unit else None
        if together is not None:  # what a turn changes in an attendance is one statement
            together.update(values)
            return
        if unit:
            unit.known[_CHANGED, protocol] = values
        unit_of_work.change(self._records, lambda connection: _set(connection, protocol, **values))


_CHANGED = "changed attendance"


def _known(conversation_id: str) -> Attendance | None:
    """The attendance that this turn has read or opened, with what it has proved since."""
    unit = unit_of_work.current()
    return unit.known.get((Attendance, conversation_id)) if unit else None


def _remember(attendance: Attendance) -> None:
    unit = unit_of_work.current()
    if unit:
        unit.known[Attendance, attendance.conversation_id] = attendance


def _remember_change(protocol: str, changed: Callable[[Attendance], Attendance]) -> None:
    unit = unit_of_work.current()
    for known in list(unit.known.values()) if unit else ():
        if isinstance(known, Attendance) and known.protocol == protocol:
            _remember(changed(known))


def _insert(connection: Connection, attendance: Attendance, channel: str) -> None:
    connection.execute(
        insert(attendances).values(
            protocol=attendance.protocol,
            conversation_id=attendance.conversation_id,
            channel=channel,
            opened_at=attendance.opened_at,
            last_at=attendance.opened_at,
            unit_ids=[],
        )
    )


def _ensure_conversation(connection: Connection, conversation_id: str, at: datetime) -> None:
    known = connection.execute(
        select(conversations.c.id).where(conversations.c.id == conversation_id)
    ).one_or_none()
    if known is None:  # a conversation of `rasa shell` or `rasa run` comes by no channel of ours
        connection.execute(
            insert(conversations).values(id=conversation_id, created_at=at, last_entry=0)
        )


def _next_protocol(connection: Connection, at: datetime) -> str:
    year = local_date(at).year
    of_year = protocol_sequence.c.year == year
    step = update(protocol_sequence).where(of_year).values(last=protocol_sequence.c.last + 1)
    if connection.execute(step).rowcount == 0:
        try:
            with connection.begin_nested():
                connection.execute(insert(protocol_sequence).values(year=year, last=1))
        except IntegrityError:  # another process opened the year's first attendance just now
            connection.execute(step)
    last = connection.execute(select(protocol_sequence.c.last).where(of_year)).scalar_one()
    return f"{year}{last:010d}"


_NEWEST = (
    select(attendances)
    .where(attendances.c.conversation_id == bindparam("of"))
    .order_by(attendances.c.opened_at.desc(), attendances.c.protocol.desc())
    .limit(1)
)


def _newest(connection: Connection, conversation_id: str) -> Any:
    return connection.execute(_NEWEST, {"of": conversation_id}).one_or_none()


_SET = update(attendances).where(attendances.c.protocol == bindparam("of"))


def _set(connection: Connection, protocol: str, **values: Any) -> None:
    connection.execute(_SET, {"of": protocol, **values})


def _attendance(row: Any) -> Attendance:
    return Attendance(
        protocol=row.protocol,
        conversation_id=row.conversation_id,
        opened_at=row.opened_at,
        holder_id=row.holder_id,
        unit_ids=tuple(row.unit_ids),
    )
