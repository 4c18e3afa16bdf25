"""What a form knows of each of its questions."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from actions.turn import Turn


class Answer(Enum):
    """What a question found in a message."""

    NOTHING = "nothing"  # nothing of its own
    TAKEN = "taken"
    FAULTY = "faulty"  # an answer that cannot be right; the customer has been told why


class Question(Protocol):
    """One thing to find out, in one or several slots."""

    @property
    def slots(self) -> frozenset[str]:
        """Every slot that this question may request."""

    def is_answered_by(self, turn: Turn) -> bool:
        """Whether the message brings data that this question takes, whatever its intent."""

    def take(self, turn: Turn) -> Answer:
        """Use what the message has; may stop the service (a lock-out, nothing to choose)."""

    def pending(self, turn: Turn) -> str | None:
        """The slot to request now, or ``None`` when all is known; may stop the service."""

    def ask(self, turn: Turn, slot: str) -> None:
        """Ask for the slot."""
