"""Which conversation a sender of a channel stands for. The key of a conversation is ours.

A channel may know one person by several ids, all of which become aliases of one conversation.
Where two of them have a conversation each, the older one is kept for both: the other one's
entries stay on record, and nobody can reach them any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.engine import Connection

from channels.assistant import Sender
from records.tables import aliases, conversations


def conversation_of(connection: Connection, sender: Sender) -> str | None:
    """The sender's conversation, if there is one yet."""
    return connection.execute(
        select(aliases.c.conversation_id).where(is_alias(sender))
    ).scalar_one_or_none()


def heard_from(connection: Connection, senders: Iterable[Sender], at: datetime) -> str:
    """The one conversation of all these ids of a person who writes; a new one if they had none.

    Whoever could not be reached can be reached again. Raises ``sqlalchemy.exc.IntegrityError`` if
    another process opened their conversation at the same moment.
    """
    senders = tuple(dict.fromkeys(senders))
    known = _known(connection, senders)
    ids = {row.conversation_id for row in known}
    conversation = known[0].conversation_id if known else _open(connection, at)
    attached = {Sender(row.channel, row.account, row.sender) for row in known}
    for sender in senders:
        if sender not in attached:
            _attach(connection, sender, conversation)
    if len(ids) > 1 or any(row.unreachable_reason for row in known):
        connection.execute(
            update(aliases)
            .where(or_(*map(is_alias, senders)))
            .values(conversation_id=conversation, unreachable_reason=None)
        )
    return conversation


def rename(connection: Connection, old: Sender, new: Sender, at: datetime) -> None:
    """Let ``new`` stand for the conversation of ``old``, which stands for nobody any more."""
    if conversation_of(connection, old) is None:
        return
    heard_from(connection, (old, new), at)
    connection.execute(aliases.delete().where(is_alias(old)))


def senders_of(connection: Connection, conversation: str) -> frozenset[Sender]:
    """Everybody who stands for a conversation."""
    rows = connection.execute(
        select(aliases.c.channel, aliases.c.account, aliases.c.sender).where(
            aliases.c.conversation_id == conversation
        )
    )
    return frozenset(Sender(*row) for row in rows)


def mark_unreachable(connection: Connection, sender: Sender, reason: str) -> None:
    """Nothing reaches them until they write again."""
    connection.execute(
        update(aliases).where(is_alias(sender)).values(unreachable_reason=reason[:200])
    )


def unreachable_reason(connection: Connection, sender: Sender) -> str | None:
    """Why nothing reaches a sender, if that is so."""
    return connection.execute(
        select(aliases.c.unreachable_reason).where(is_alias(sender))
    ).scalar_one_or_none()


def is_alias(sender: Sender) -> Any:
    """The condition that finds the sender's row."""
    return and_(
        aliases.c.channel == sender.channel,
        aliases.c.account == sender.account,
        aliases.c.sender == sender.id,
    )


def _known(connection: Connection, senders: Iterable[Sender]) -> list[Any]:
    """The rows of those who have a conversation, those of the oldest one first."""
    return connection.execute(
        select(aliases)
        .join(conversations, conversations.c.id == aliases.c.conversation_id)
        .where(or_(*map(is_alias, senders)))
        .order_by(conversations.c.created_at, conversations.c.id)
    ).all()


def _open(connection: Connection, at: datetime) -> str:
    conversation = uuid.uuid4().hex
    connection.execute(insert(conversations).values(id=conversation, created_at=at, last_entry=0))
    return conversation


def _attach(connection: Connection, sender: Sender, conversation: str) -> None:
    channel, account, id_ = astuple(sender)
    connection.execute(
        insert(aliases).values(
            channel=channel, account=account, sender=id_, conversation_id=conversation
        )
    )
