"""A pool of one connection that is given to whoever has waited longest.

SQLAlchemy's own lets a thread that comes by at the right moment take the connection from those
who wait for it, and sends these to the end of the line: under load some wait for many seconds.

Threads that have said ``go_first`` stand in a line of their own, before the others'.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import QueuePool

_this_thread = threading.local()


def go_first() -> None:
    """Let the calling thread go before those that do not, from now on."""
    _this_thread.goes_first = True


class Turnstile:
    """Lets one thread through at a time: those that go first, then the others, as they came."""

    def __init__(self) -> None:
        """Nobody is there."""
        self._lock = threading.Lock()
        self._is_taken = False
        self._first: deque[threading.Event] = deque()
        self._others: deque[threading.Event] = deque()

    def enter(self, seconds: float) -> bool:
        """Wait for one's turn; ``False`` if it did not come in time."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            turn = threading.Event()
            line = self._first if getattr(_this_thread, "goes_first", False) else self._others
            line.append(turn)
        if turn.wait(seconds):
            return True
        with self._lock:
            if turn.is_set():  # at the last moment
                return True
            line.remove(turn)
        return False

    def leave(self) -> None:
        """Let the next one through."""
        with self._lock:
            if line := self._first or self._others:
                line.popleft().set()
            else:
                self._is_taken = False

    @property
    def waiting(self) -> int:
        """How many threads wait."""
        return len(self._first) + len(self._others)


class OneInTurn(QueuePool):
    """The pool. ``pool_timeout`` bounds the wait, as in every other."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take the options of ``QueuePool``."""
        super().__init__(*arguments, **options)
        self.turnstile = Turnstile()

    def _do_get(self) -> Any:
        if not self.turnstile.enter(self._timeout):
            raise PoolExhausted(f"no connection within {self._timeout} s")
        try:
            return super()._do_get()
        except BaseException:
            self.turnstile.leave()
            raise

    def _do_return_conn(self, conn: Any) -> None:
        super()._do_return_conn(conn)
        self.turnstile.leave()
