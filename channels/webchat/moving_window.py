"""A rate limit whose window moves: so many within the last seconds, for each key.

Of a key that has been quiet for the whole window nothing is kept: strangers make up as many
keys as they like, a new one with every connection.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable


class MovingWindow:
    """Counts in this process only. For one thread."""

    def __init__(
        self, amount: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow ``amount`` within ``seconds``."""
        self._amount = amount
        self._seconds = seconds
        self._clock = clock
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        """The newest of each key; the key that was seen last comes last."""

    def __len__(self) -> int:
        """How many keys are kept."""
        return len(self._seen)

    def has_room(self, key: str) -> bool:
        """Whether one more is allowed now."""
        seen = self._seen.get(key)
        return not seen or len(seen) < self._amount or self._is_over(seen[0])

    def count(self, key: str) -> None:
        """Count one more."""
        self._forget_quiet_ones()
        self._seen.setdefault(key, deque(maxlen=self._amount)).append(self._clock())
        self._seen.move_to_end(key)

    def _forget_quiet_ones(self) -> None:
        while self._seen and self._is_over(next(iter(self._seen.values()))[-1]):
            self._seen.popitem(last=False)

    def _is_over(self, instant: float) -> bool:
        return instant <= self._clock() - self._seconds
