"""Leaving a system alone that fails every time, so that it can recover and customers need not wait.

Own code because it is shorter than the adapter that a library would need.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock


class CircuitOpen(Exception):
    """The system failed too often just now; it was not called."""


class CircuitBreaker:
    """Closed until ``failures`` in a row, then open for ``rest_seconds``, then half-open.

    Half-open lets one trial through: its success closes the circuit, its failure opens it anew.
    ``clock`` returns monotonic seconds. May be shared by threads.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        rest_seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start closed."""
        self._limit = failures
        self._rest_seconds = rest_seconds
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._on_trial = False

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Surround a call: what it raises is a failure. Raises ``CircuitOpen`` instead of it."""
        is_trial = self._admit()
        try:
            yield
        except BaseException:
            self._record_failure(is_trial)
            raise
        self._record_success(is_trial)

    def _admit(self) -> bool:
        """Return whether the call is the trial of a half-open circuit."""
        with self._lock:
            if self._opened_at is None:
                return False
            if self._on_trial or self._clock() - self._opened_at < self._rest_seconds:
                raise CircuitOpen
            self._on_trial = True
            return True

    def _record_failure(self, is_trial: bool) -> None:
        with self._lock:
            self._failures += 1
            # One that began before the circuit opened and fails after must not prolong the rest.
            if is_trial or (self._opened_at is None and self._failures >= self._limit):
                self._opened_at = self._clock()
            if is_trial:
                self._on_trial = False

    def _record_success(self, is_trial: bool) -> None:
        with self._lock:
            # Nor does a success that began before say anything about now.
            if is_trial or self._opened_at is None:
                self._failures = 0
                self._opened_at = None
            if is_trial:
                self._on_trial = False
