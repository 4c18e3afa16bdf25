"""A limit on requests per network address, in this process only.

It keeps one address from occupying every thread; guessing a token is hopeless anyway.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable


class Throttle:
    """Admits ``limit`` requests per address and window of ``seconds``. For one thread."""

    def __init__(
        self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Count from nothing; ``clock`` tells seconds."""
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._window = 0
        self._counts: Counter[str] = Counter()

    def admits(self, address: str) -> bool:
        """Count a request; False if it is one too many."""
        window = int(self._clock() // self._seconds)
        if window != self._window:  # what was counted before is forgotten, so memory is bounded
            self._window = window
            self._counts.clear()
        self._counts[address] += 1
        return self._counts[address] <= self._limit
