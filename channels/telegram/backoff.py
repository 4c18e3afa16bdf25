"""How long to wait between attempts at what has to work in the end."""

from __future__ import annotations

import random
from collections.abc import Iterator

FIRST = 1.0
LONGEST = 60.0


def delays() -> Iterator[float]:
    """Seconds, doubling, each up to a half shorter: many processes should not come at once."""
    delay = FIRST
    while True:
        yield delay * random.uniform(0.5, 1.0)  # noqa: S311  nothing secret
        delay = min(2 * delay, LONGEST)
