"""What the runtime asks of the attendance: its protocol, and whether a person has taken over."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Engine

from attendance.attendances import Attendances
from records.tables import handoffs


class Attended:
    """How a conversation is being attended."""

    def __init__(self, records: Engine) -> None:
        """Look in ``records``."""
        self._records = records
        self._attendances = Attendances(records)

    def is_by_a_person(self, conversation: str) -> bool:
        """Whether somebody has taken the conversation over, so that Clara stays silent."""
        taken = select(handoffs.c.id).where(
            handoffs.c.conversation_id == conversation,
            handoffs.c.taken_at.is_not(None),
            handoffs.c.closed_at.is_(None),
        )
        with self._records.begin() as connection:
            return connection.execute(taken.limit(1)).first() is not None

    def protocol(self, conversation: str, channel: str) -> str:
        """The protocol number of the attendance in course; a new one if there is none.

        Whoever hears only that something failed has been attended all the same.
        """
        return self._attendances.current(conversation, channel).protocol
