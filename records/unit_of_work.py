"""What a turn changes in the records: made together with its answer, or not at all.

Actions change the records in the middle of a turn that may still fail. Within ``unit_of_work``
their changes are collected, and made in the transaction that stores the answer; a turn that is
not stored has changed nothing and can simply be done again. Outside of one, as under
``rasa run actions``, a change is made at once.

What a turn has read, or has changed and wants to read again before that, it remembers in
``known``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy.engine import Connection, Engine

Change = Callable[[Connection], object]
Afterwards = Callable[[], object]


class UnitOfWork:
    """The changes of one turn. Threads that the turn uses share it."""

    def __init__(self, key: str) -> None:
        """``key`` is the same when the turn is done again, another for every other turn."""
        self.key = key
        self.known: dict[Any, Any] = {}
        self._changes: list[Change] = []
        self._afterwards: list[Afterwards] = []

    def add(self, change: Change, afterwards: Afterwards | None = None) -> None:
        """Make ``change`` when the turn is stored, and call ``afterwards`` once it is."""
        self._changes.append(change)
        if afterwards:
            self._afterwards.append(afterwards)

    def apply(self, connection: Connection) -> None:
        """Make the changes, in their order, in the caller's transaction. May be called again."""
        for change in self._changes:
            change(connection)

    def finish(self) -> None:
        """Tell those who wait for the changes that they are on record."""
        for afterwards in self._afterwards:
            afterwards()


_current: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)


@contextmanager
def unit_of_work(key: str) -> Iterator[UnitOfWork]:
    """Collect the changes of this block, of its tasks and of its threads."""
    unit = UnitOfWork(key)
    token = _current.set(unit)
    try:
        yield unit
    finally:
        _current.reset(token)


def current() -> UnitOfWork | None:
    """The unit of the turn in course, if there is one."""
    return _current.get()


def change(records: Engine, make: Change, afterwards: Afterwards | None = None) -> None:
    """Make a change with the turn in course; outside of one, now and by itself."""
    unit = current()
    if unit:
        unit.add(make, afterwards)
        return
    with records.begin() as connection:
        make(connection)
    if afterwards:
        afterwards()
