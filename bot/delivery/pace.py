"""How fast an account may send: token buckets, one for all recipients and one for each.

They live in memory: after a restart a recipient may get a burst more than it should, and the
provider's own answer ("too fast") slows us down.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from channels.sending import Pace

MonotonicClock = Callable[[], float]

REMEMBERED = 10_000
"""Recipients whose buckets are kept; full ones are forgotten first."""


class Bucket:
    """Holds up to ``size`` tokens and gets a new one every ``interval`` seconds."""

    def __init__(self, size: float, interval: float, clock: MonotonicClock) -> None:
        """Full."""
        self._size = size
        self._interval = interval
        self._clock = clock
        self._tokens = size
        self._at = clock()

    def delay(self) -> float:
        """Seconds until there is a token; 0 if there is one."""
        self._fill()
        return max(0.0, (1.0 - self._tokens) * self._interval)

    def take(self) -> None:
        """Take a token, or owe it."""
        self._fill()
        self._tokens -= 1.0

    @property
    def is_full(self) -> bool:
        """Whether forgetting it makes no difference."""
        self._fill()
        return self._tokens >= self._size

    def _fill(self) -> None:
        now = self._clock()
        gained = (now - self._at) / self._interval if self._interval else self._size
        self._tokens = min(self._size, self._tokens + gained)
        self._at = now


class PaceKeeper:
    """Says when the next message to a recipient may go out."""

    def __init__(self, pace: Pace, clock: MonotonicClock = time.monotonic) -> None:
        """Keep to ``pace``."""
        self._pace = pace
        self._clock = clock
        # What may go out in a fifth of a second goes out at once, but at least one.
        self._all = Bucket(max(1.0, pace.per_second / 5), 1 / pace.per_second, clock)
        self._each: dict[str, Bucket] = {}

    def delay(self, recipient: str) -> float:
        """Seconds to wait before sending to a recipient."""
        bucket = self._each.get(recipient)
        return max(self._all.delay(), bucket.delay() if bucket else 0.0)

    def take(self, recipient: str) -> None:
        """Something goes out to a recipient now."""
        self._all.take()
        if recipient not in self._each:
            self._make_room()
            self._each[recipient] = Bucket(
                self._pace.recipient_burst, self._pace.recipient_interval, self._clock
            )
        self._each[recipient].take()

    def _make_room(self) -> None:
        if len(self._each) >= REMEMBERED:
            self._each = {name: one for name, one in self._each.items() if not one.is_full}
