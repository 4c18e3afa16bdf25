"""How a unit stands with its bills on the day of the demo."""

from __future__ import annotations

from enum import Enum


class Situation(Enum):
    """What is open, and when it falls due.

    The value is: how many of the newest bills are open, and the first and last day on which the
    newest one may fall due, counted from today. A bill is issued 12 days before it is due, so
    the newest one falls due at most 11 days from now.
    """

    SETTLED = (0, -12, 7)
    PAID_YESTERDAY = (0, 0, 7)
    ONE_OPEN = (1, 2, 9)
    ONE_OVERDUE = (1, -12, -4)
    TWO_OPEN = (2, 2, 9)
    THREE_OPEN = (3, -9, 9)

    @property
    def open_bills(self) -> int:
        """How many of the newest bills are open."""
        return self.value[0]

    @property
    def due_days(self) -> range:
        """Days from today on which the newest bill may fall due."""
        return range(self.value[1], self.value[2] + 1)
