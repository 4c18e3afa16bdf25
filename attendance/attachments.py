"""Documents and images that Clara delivered, kept a day so that a link or a resend finds them."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.engine import Engine

from attendance.clock import Clock, now
from records import unit_of_work
from records.tables import attachments

KEPT_FOR = timedelta(hours=24)


class Attachments:
    """Where what is delivered is kept."""

    def __init__(self, records: Engine, clock: Clock = now) -> None:
        """Keep attachments in ``records``."""
        self._records = records
        self._clock = clock

    def keep(
        self, conversation_id: str, filename: str, media_type: str, description: str, data: bytes
    ) -> str:
        """Store one, within a unit of work with the turn, and return its id."""
        at = self._clock()
        attachment_id = uuid.uuid4().hex
        row = insert(attachments).values(
            id=attachment_id,
            conversation_id=conversation_id,
            filename=filename,
            media_type=media_type,
            description=description,
            data=data,
            created_at=at,
        )
        unit_of_work.change(self._records, lambda connection: connection.execute(row))
        return attachment_id
