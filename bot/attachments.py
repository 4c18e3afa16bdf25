"""Handing out what actions delivered: to the conversation it was delivered in, and no other."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Engine

from channels.assistant import Content
from records.tables import attachments


def read(records: Engine, conversation: str, attachment_id: str) -> Content | None:
    """An attachment of the conversation, or ``None`` if it has none of this id (any more)."""
    found = select(attachments.c.filename, attachments.c.media_type, attachments.c.data).where(
        attachments.c.id == attachment_id, attachments.c.conversation_id == conversation
    )
    with records.begin() as connection:
        row = connection.execute(found).one_or_none()
    return Content(row.filename, row.media_type, bytes(row.data)) if row else None
