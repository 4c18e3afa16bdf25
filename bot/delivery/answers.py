"""Storing an answer: all that a turn leads to becomes visible in one transaction, or none of it.

What is said, the choices offered, the dialogue state, what actions changed in the records, the
calls that show it to the customer, and that the message does not wait any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.engine import Connection, Engine

from bot import aliases, choices
from bot.answering import DialogueState
from bot.delivery import inbox, outbox
from bot.inbound import Inbound
from bot.rendering import Rendered
from bot.transcript import ANSWER, Clock, append, next_number, utc_now
from channels.assistant import Author, Entry, Sender
from channels.message import OutgoingMessage
from channels.sending import Recipient, SendingChannel
from records.tables import conversations
from records.unit_of_work import UnitOfWork

TOLD_TO_WAIT_FOR = timedelta(minutes=30)
"""Within this time a customer is not told again that answers take longer."""


@dataclass(frozen=True)
class Reply:
    """An answer, and the dialogue state to be stored with it; none while a person attends."""

    rendered: Rendered = field(default_factory=Rendered)
    state: DialogueState | None = None


class Answers:
    """Stores what Clara says. Methods are one transaction each, and block."""

    def __init__(
        self, records: Engine, channels: Iterable[SendingChannel] = (), now: Clock = utc_now
    ) -> None:
        """Store in ``records``; what goes out over ``channels`` is put into the outbox."""
        self._records = records
        self._channels = {(channel.name, channel.account): channel for channel in channels}
        self._now = now

    def channel_of(self, sender: Sender) -> SendingChannel | None:
        """The channel that reaches a sender by calls; ``None`` where they follow instead."""
        return self._channels.get((sender.channel, sender.account))

    def store(
        self,
        conversation: str,
        inbound: Inbound,
        reply: Reply,
        unit: UnitOfWork,
        *,
        parked: str | None = None,
    ) -> list[Entry]:
        """Store the answer to a message; ``parked`` is the reason why it is none.

        Nothing is stored, and nothing returned, if it has been answered already. Raises
        ``Superseded`` if the dialogue has moved on since: the message is to be answered anew.
        """
        at = self._now()
        with self._records.begin() as connection:
            first = next_number(connection, conversation)
            if not inbox.take(connection, conversation, inbound, parked):
                return []
            said = _entries(first, f"{ANSWER}{inbound.number}", reply.rendered.messages, at)
            append(connection, conversation, said)
            choices.keep(connection, conversation, reply.rendered.offers, at)
            if reply.state is not None:
                reply.state.store(connection)
            unit.apply(connection)
            self._put_out(connection, conversation, recipient_of(inbound), said, at)
        return said

    def tell_to_wait(
        self, conversation: str, inbound: Inbound, message: OutgoingMessage
    ) -> list[Entry]:
        """Say that answers take longer, unless it was said a short time ago."""
        at = self._now()
        with self._records.begin() as connection:
            number = next_number(connection, conversation)
            told = conversations.c.told_to_wait_at
            due = update(conversations).where(
                conversations.c.id == conversation,
                or_(told.is_(None), told < at - TOLD_TO_WAIT_FOR, told > at),
            )
            if not connection.execute(due.values(told_to_wait_at=at)).rowcount:
                return []
            said = _entries(number, f"wait-{inbound.number}", [message], at)
            append(connection, conversation, said)
            self._put_out(connection, conversation, recipient_of(inbound), said, at)
        return said

    def speak(self, connection: Connection, conversation: str, rendered: Rendered) -> None:
        """Say what answers no message, to where the customer was heard from last.

        Works within the caller's transaction.
        """
        at = self._now()
        number = next_number(connection, conversation)
        said = _entries(number, f"said-{number}", rendered.messages, at)
        append(connection, conversation, said)
        choices.keep(connection, conversation, rendered.offers, at)
        if recipient := inbox.heard_last(connection, conversation):
            self._put_out(connection, conversation, recipient, said, at)

    def audience(self, conversation: str) -> frozenset[Sender]:
        """Everybody who stands for a conversation."""
        with self._records.begin() as connection:
            return aliases.senders_of(connection, conversation)

    def _put_out(
        self,
        connection: Connection,
        conversation: str,
        recipient: Recipient,
        said: Sequence[Entry],
        at: datetime,
    ) -> None:
        channel = self.channel_of(recipient.sender)
        if channel and said:
            messages = [entry.message for entry in said]
            outbox.put(connection, channel, conversation, recipient, messages, at)


def recipient_of(inbound: Inbound) -> Recipient:
    """Who is answered when this message is."""
    return Recipient(inbound.sender, inbound.sent_at, inbound.message_id)


def _entries(
    first: int, named: str, messages: Iterable[OutgoingMessage], at: datetime
) -> list[Entry]:
    return [
        Entry(first + position, Author.CLARA, f"{named}-{position}", at, message)
        for position, message in enumerate(messages)
    ]
