"""The durable record of every conversation: what was said, by its number.

The functions work within the caller's transaction; the methods are one each, and block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot import aliases, choices
from channels.assistant import Author, Entry, Sender
from channels.message import Choice, OutgoingMessage
from records.tables import conversations, entries, inbox

ANSWER = "re-"
"""Begins the id of an entry that answers a message; the message's number follows."""

LONGEST_READ = 200
"""Entries given at once when a transcript is read."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(timezone.utc)


class Transcript:
    """Reads the entries of all conversations."""

    def __init__(self, records: Engine, now: Clock = utc_now) -> None:
        """Read what is in ``records``."""
        self._records = records
        self._now = now

    def conversation_of(self, sender: Sender) -> str | None:
        """The sender's conversation."""
        with self._records.begin() as connection:
            return aliases.conversation_of(connection, sender)

    def position(self, sender: Sender) -> tuple[str | None, int]:
        """The sender's conversation, and the number of its newest entry, 0 if there is none."""
        with self._records.begin() as connection:
            conversation = aliases.conversation_of(connection, sender)
            if conversation is None:
                return None, 0
            newest = select(conversations.c.last_entry).where(conversations.c.id == conversation)
            return conversation, connection.execute(newest).scalar_one()

    def payload(self, conversation: str, choice_id: str) -> str | None:
        """What a picked choice stands for, if it was offered here and is not too old."""
        with self._records.begin() as connection:
            return choices.payload(connection, conversation, choice_id, self._now())

    def last_delay(self, conversation: str, since: datetime) -> timedelta | None:
        """How old the message was that was answered last, if that was after ``since``."""
        answer = (
            select(entries.c.message_id, entries.c.at)
            .where(
                entries.c.conversation_id == conversation,
                entries.c.author == Author.CLARA.value,
                entries.c.message_id.startswith(ANSWER),
            )
            .order_by(entries.c.number.desc())
            .limit(1)
        )
        with self._records.begin() as connection:
            last = connection.execute(answer).one_or_none()
            if last is None or last.at <= since:
                return None
            number = int(last.message_id.removeprefix(ANSWER).partition("-")[0])
            sent_at = connection.execute(
                select(inbox.c.sent_at).where(
                    inbox.c.conversation_id == conversation, inbox.c.number == number
                )
            ).scalar_one_or_none()
        return last.at - sent_at if sent_at else None

    def read(self, conversation: str, after: int) -> Sequence[Entry]:
        """The newest entries with a number above ``after``, oldest first."""
        newest_first = (
            select(entries)
            .where(entries.c.conversation_id == conversation, entries.c.number > after)
            .order_by(entries.c.number.desc())
            .limit(LONGEST_READ)
        )
        with self._records.begin() as connection:
            rows = connection.execute(newest_first).all()
        return [_entry(row) for row in reversed(rows)]


def next_number(connection: Connection, conversation: str) -> int:
    """Number of the next entry; whoever asks next waits until this transaction ends."""
    of_conversation = select(conversations.c.last_entry).where(conversations.c.id == conversation)
    return int(connection.execute(of_conversation.with_for_update()).scalar_one()) + 1


def append(connection: Connection, conversation: str, said: Sequence[Entry]) -> None:
    """Store entries whose numbers begin with ``next_number``."""
    if not said:
        return
    rows = [
        {
            "conversation_id": conversation,
            "number": entry.number,
            "author": entry.author.value,
            "message_id": entry.message_id,
            "at": entry.at,
            "message": entry.message.to_json(),
        }
        for entry in said
    ]
    connection.execute(insert(entries), rows)
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(last_entry=said[-1].number)
    )


def last_offered(connection: Connection, conversation: str, since: datetime) -> tuple[Choice, ...]:
    """The choices under the last thing that Clara said, unless she said it longer ago."""
    row = connection.execute(
        select(entries.c.message, entries.c.at)
        .where(entries.c.conversation_id == conversation, entries.c.author == Author.CLARA.value)
        .order_by(entries.c.number.desc())
        .limit(1)
    ).one_or_none()
    return OutgoingMessage.from_json(row.message).choices if row and row.at >= since else ()


def _entry(row: Any) -> Entry:
    return Entry(
        number=row.number,
        author=Author(row.author),
        message_id=row.message_id,
        at=row.at,
        message=OutgoingMessage.from_json(row.message),
    )
