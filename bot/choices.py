"""What was offered in a conversation to pick, and what it stands for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.rendering import Offer
from records.tables import choices

VALID_FOR = timedelta(hours=24)
KEPT_FOR = timedelta(days=7)
"""A choice that is too old is still shown by its title to whoever picks it."""


def keep(connection: Connection, conversation: str, offers: Iterable[Offer], at: datetime) -> None:
    """Store what is offered."""
    rows = [
        {
            "id": offer.id,
            "conversation_id": conversation,
            "title": offer.title,
            "payload": offer.payload,
            "offered_at": at,
        }
        for offer in offers
    ]
    if rows:
        connection.execute(insert(choices), rows)


def title(connection: Connection, conversation: str, choice_id: str) -> str | None:
    """The title of a choice that was offered in this very conversation."""
    return connection.execute(
        select(choices.c.title).where(_is(conversation, choice_id))
    ).scalar_one_or_none()


def payload(connection: Connection, conversation: str, choice_id: str, at: datetime) -> str | None:
    """What a choice of this very conversation stands for, unless it is too old."""
    return connection.execute(
        select(choices.c.payload).where(
            _is(conversation, choice_id), choices.c.offered_at >= at - VALID_FOR
        )
    ).scalar_one_or_none()


def _is(conversation: str, choice_id: str) -> object:
    return (choices.c.id == choice_id) & (choices.c.conversation_id == conversation)
