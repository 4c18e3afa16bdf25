"""What customers sent: stored before their channel is answered, under a key that knows repeats.

Methods are one transaction each, and block.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot import aliases, choices
from bot.answering import Superseded
from bot.inbound import Inbound, joined, keyed_address, storable
from bot.transcript import Clock, append, last_offered, next_number, utc_now
from bot.typed_choices import meant
from channels.assistant import MAX_TEXT_LENGTH, Author, Entry, IncomingMessage, Medium, Sender
from channels.message import OutgoingMessage
from channels.sending import Recipient
from records import lasting
from records.tables import inbox

UNKNOWN_TITLE = "—"
"""Shown for a choice that was never offered in the conversation."""

MEDIUM_TITLES = {
    Medium.AUDIO: "[áudio]",
    Medium.IMAGE: "[imagem]",
    Medium.VIDEO: "[vídeo]",
    Medium.DOCUMENT: "[documento]",
    Medium.STICKER: "[figurinha]",
    Medium.LOCATION: "[localização]",
    Medium.CONTACT: "[contato]",
    Medium.OTHER: "[mensagem]",
}
"""Stand in the transcript for what Clara cannot read."""

WAITING, ANSWERED, PARKED, DROPPED = "waiting", "answered", "parked", "dropped"


@dataclass(frozen=True)
class Accepted:
    """A message that is on record now, and who follows its conversation."""

    conversation: str
    audience: frozenset[Sender]
    inbound: Inbound
    entry: Entry


@dataclass(frozen=True)
class Backlog:
    """How much waits for an answer, and since when the oldest does."""

    messages: int
    oldest: datetime | None


class Inbox:
    """The messages that wait for an answer, and the keys of those that do not any more."""

    def __init__(self, records: Engine, secret: str, now: Clock = utc_now) -> None:
        """Keep messages in ``records``; ``secret`` keys the hashes of network addresses."""
        self._records = records
        self._secret = secret
        self._now = now

    def accept(self, message: IncomingMessage) -> Accepted | None:
        """Store what a customer sent; ``None`` if it had been stored before."""
        try:
            return self._accept(message)
        except IntegrityError:  # two first messages at once: the other one opened the conversation
            return self._accept(message)

    def _accept(self, message: IncomingMessage) -> Accepted | None:
        at = self._now()
        with lasting(self._records).begin() as connection:
            conversation = aliases.heard_from(connection, (message.sender, *message.also), at)
            number = next_number(connection, conversation)
            if _is_known(connection, conversation, message):
                return None
            inbound = self._inbound(connection, conversation, number, message)
            shown = OutgoingMessage(text=inbound.text or _title_of(inbound.medium))
            entry = Entry(number, Author.CUSTOMER, message.message_id, at, shown)
            append(connection, conversation, [entry])
            _insert(connection, conversation, inbound, at)
            audience = aliases.senders_of(connection, conversation)
        return Accepted(conversation, audience, inbound, entry)

    def next(self, conversation: str) -> Inbound | None:
        """The first message of a conversation that waits for an answer.

        If it is a part of an album, all parts that wait are one message.
        """
        first = (
            select(inbox)
            .where(inbox.c.conversation_id == conversation, inbox.c.state == WAITING)
            .order_by(inbox.c.number)
            .limit(1)
        )
        with self._records.begin() as connection:
            row = connection.execute(first).one_or_none()
            inbound = Inbound.from_row(row) if row else None
            if inbound and inbound.album:
                return _with_its_album(connection, conversation, inbound)
            return inbound

    def count_attempt(self, conversation: str, number: int, reason: str) -> None:
        """Note that answering a message failed, or that whoever tried may have died of it."""
        with self._records.begin() as connection:
            connection.execute(
                update(inbox)
                .where(of_entry(conversation, number))
                .values(attempts=inbox.c.attempts + 1, reason=reason[:200])
            )

    def forgotten(self, since: timedelta | None, limit: int = 500) -> list[str]:
        """Conversations that wait, and of which nobody has been told for so long, or ever.

        Those that were interrupted most often come last: whatever is first in line when a process
        dies is suspected of it, and shall not be the same each time.
        """
        query = select(inbox.c.conversation_id).where(inbox.c.state == WAITING)
        if since is not None:
            now = self._now()  # should it jump back, nobody waits for it to come round again
            query = query.where(or_(inbox.c.woken_at <= now - since, inbox.c.woken_at > now))
            query = query.limit(limit)
        query = query.group_by(inbox.c.conversation_id)
        query = query.order_by(func.max(inbox.c.attempts), func.min(inbox.c.id))
        with self._records.begin() as connection:
            return list(connection.execute(query).scalars())

    def note_woken(self, conversations: Iterable[str]) -> None:
        """Somebody has been told of them."""
        with self._records.begin() as connection:
            connection.execute(
                update(inbox)
                .where(inbox.c.conversation_id.in_(conversations), inbox.c.state == WAITING)
                .values(woken_at=self._now())
            )

    def backlog(self) -> Backlog:
        """What waits over all conversations."""
        query = select(func.count(), func.min(inbox.c.accepted_at)).where(inbox.c.state == WAITING)
        with self._records.begin() as connection:
            return Backlog(*connection.execute(query).one())

    def _inbound(
        self, connection: Connection, conversation: str, number: int, message: IncomingMessage
    ) -> Inbound:
        inbound = Inbound(
            number=number,
            sender=message.sender,
            message_id=message.message_id,
            sent_at=message.sent_at,
            address=keyed_address(message.address, self._secret),
            medium=message.medium,
            album=message.album,
        )
        if message.choice is not None:
            title = choices.title(connection, conversation, message.choice)
            return replace(inbound, text=title or UNKNOWN_TITLE, choice=message.choice)
        text = message.text or message.caption
        inbound = replace(inbound, text=storable(text), too_long=len(text) > MAX_TEXT_LENGTH)
        if message.medium is not None:
            return inbound
        offered = last_offered(connection, conversation, since=self._now() - choices.VALID_FOR)
        return replace(inbound, choice=meant(offered, text))


def take(
    connection: Connection, conversation: str, inbound: Inbound, parked: str | None = None
) -> bool:
    """Let a message no longer wait, answered or parked for a reason; ``False`` if it did not.

    Raises ``Superseded`` if parts of an album do not wait any more and others do.
    """
    # A part that comes later is known for one by the album's id.
    left = {"album": inbound.album} if inbound.album else None
    answered = {"state": ANSWERED, "message": left, "reason": None}
    waits = and_(
        inbox.c.conversation_id == conversation,
        inbox.c.number.in_(inbound.numbers),
        inbox.c.state == WAITING,
    )
    taken = connection.execute(update(inbox).where(waits).values(**answered)).rowcount
    if 0 < taken < len(inbound.numbers):
        raise Superseded(conversation)
    if taken and parked is not None:  # the first part stands for the album
        values = {"state": PARKED, "message": inbound.to_json(), "reason": parked[:200]}
        first = of_entry(conversation, inbound.number)
        connection.execute(update(inbox).where(first).values(**values))
    return bool(taken)


def heard_last(connection: Connection, conversation: str) -> Recipient | None:
    """Who wrote the last message of a conversation, and from where."""
    who = (inbox.c.channel, inbox.c.account, inbox.c.sender)
    row = connection.execute(
        select(*who, inbox.c.sent_at, inbox.c.message_id)
        .where(inbox.c.conversation_id == conversation)
        .order_by(inbox.c.number.desc())
        .limit(1)
    ).one_or_none()
    return Recipient(Sender(*row[:3]), row.sent_at, row.message_id) if row else None


def _title_of(medium: Medium | None) -> str:
    return MEDIUM_TITLES[medium] if medium else ""


def of_entry(conversation: str, number: int) -> Any:
    """The condition that finds the message of an entry."""
    return and_(inbox.c.conversation_id == conversation, inbox.c.number == number)


def _with_its_album(connection: Connection, conversation: str, first: Inbound) -> Inbound:
    """The first part that waits, with the others."""
    rows = connection.execute(
        select(inbox)
        .where(
            inbox.c.conversation_id == conversation,
            inbox.c.message["album"].as_string() == first.album,
        )
        .order_by(inbox.c.number)
    ).all()
    waiting = [Inbound.from_row(row) for row in rows if row.state == WAITING]
    return joined(waiting, is_afterthought=rows[0].state != WAITING)


def _is_known(connection: Connection, conversation: str, message: IncomingMessage) -> bool:
    found = connection.execute(
        select(inbox.c.id).where(
            inbox.c.conversation_id == conversation,
            inbox.c.channel == message.sender.channel,
            inbox.c.account == message.sender.account,
            inbox.c.message_id == message.message_id,
        )
    ).first()
    return found is not None


def _insert(connection: Connection, conversation: str, inbound: Inbound, at: datetime) -> None:
    connection.execute(
        insert(inbox).values(
            conversation_id=conversation,
            channel=inbound.sender.channel,
            account=inbound.sender.account,
            sender=inbound.sender.id,
            message_id=inbound.message_id,
            number=inbound.number,
            sent_at=inbound.sent_at,
            accepted_at=at,
            woken_at=at,
            state=WAITING,
            attempts=0,
            message=inbound.to_json(),
        )
    )
