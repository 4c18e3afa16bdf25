"""What has been said in a conversation: from the record of its dialogue, and as people read it."""

from __future__ import annotations

import json

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from records.tables import events

LONGEST = 500
"""Utterances told at most, the newest."""


def said_before(records: Engine, conversation_id: str) -> list[dict[str, str]]:
    """Rasa's events "user" and "bot" of the session, of all turns that are stored."""
    of_conversation = events.c.sender_id == conversation_id
    begins = (
        select(func.coalesce(func.max(events.c.id), 0))
        .where(of_conversation, events.c.type_name == "session_started")
        .scalar_subquery()
    )
    newest_first = (
        select(events.c.data)
        .where(of_conversation, events.c.id > begins, events.c.type_name.in_(("user", "bot")))
        .order_by(events.c.id.desc())
        .limit(LONGEST)
    )
    with records.begin() as connection:
        found = connection.execute(newest_first).scalars().all()
    return [json.loads(data) for data in reversed(found)]


def told(speaker: str, text: str) -> str:
    """Something that was said, as lines for a person to read; the further ones stand further in.

    So no customer can write what looks like a line of somebody else's.
    """
    return f"{speaker}: " + "\n    ".join(map(printable, text.splitlines()))


def printable(text: str) -> str:
    """The text on one line, without what would steer a terminal or turn the writing around."""
    kept = (" " if one.isspace() else one for one in text if one.isspace() or one.isprintable())
    return "".join(kept)
