"""What goes out by calls to providers: stored with the turn that says it, then sent in order.

A row is one call. ``sending`` is written before the call is made: a row that is found so after a
crash may have been sent, and is ``unknown`` from then on, until a receipt or time decides.
Methods are one transaction each, and block.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine

from bot import aliases
from bot.delivery import holds
from bot.transcript import Clock, utc_now
from channels.assistant import Sender
from channels.message import OutgoingMessage
from channels.sending import Recipient, Request, SendingChannel
from records.tables import outbox

WAITING, SENDING, UNKNOWN = "waiting", "sending", "unknown"
SENT, GIVEN_UP, DROPPED = "sent", "given_up", "dropped"
OPEN = (WAITING, SENDING, UNKNOWN)

LONGEST_WAIT = timedelta(minutes=80)
"""No row is ever postponed for longer: one that seems to be shows that the clock went back."""


@dataclass(frozen=True)
class Outgoing:
    """A call that is to be made."""

    id: int
    key: str
    conversation: str
    recipient: Recipient
    request: Request
    created_at: datetime
    state: str
    attempts: int  # made so far
    doubts: int  # how often it was not known whether it was sent


def put(
    connection: Connection,
    channel: SendingChannel,
    conversation: str,
    recipient: Recipient,
    messages: Iterable[OutgoingMessage],
    at: datetime,
) -> bool:
    """Store the calls that show these messages; ``False`` if there is nothing to show."""
    refused = aliases.unreachable_reason(connection, recipient.sender)
    rows = [
        {
            "key": secrets.token_hex(16),
            "conversation_id": conversation,
            "channel": recipient.sender.channel,
            "account": recipient.sender.account,
            "recipient": recipient.sender.id,
            "heard_at": recipient.heard_at,
            "message_id": recipient.message_id,
            "request": dict(request),
            "created_at": at,
            "state": GIVEN_UP if refused else WAITING,
            "reason": refused,
            "attempts": 0,
            "doubts": 0,
            "next_attempt_at": at,
        }
        for message in messages
        for request in channel.render(message)
    ]
    if rows:
        connection.execute(insert(outbox), rows)
    return bool(rows)


class Outbox:
    """The rows of one account of a channel."""

    def __init__(self, records: Engine, channel: str, account: str, now: Clock = utc_now) -> None:
        """Work on what goes out over this account."""
        self._records = records
        self._channel, self._account = channel, account
        self._of_account = and_(outbox.c.channel == channel, outbox.c.account == account)
        self._now = now

    def recover(self, until: datetime, in_hand: Collection[int] = ()) -> int:
        """Doubt, until ``until``, whatever a process that is gone was sending.

        That is all but ``in_hand``, the rows of this process's own calls.
        """
        return self._set(
            and_(self._of_account, outbox.c.state == SENDING, outbox.c.id.not_in(in_hand)),
            state=UNKNOWN,
            doubts=outbox.c.doubts + 1,
            next_attempt_at=until,
        )

    def due(self, limit: int) -> list[Outgoing]:
        """The first open row of each recipient, if its time has come."""
        now = self._now()
        first = (
            select(func.min(outbox.c.id))
            .where(self._of_account, outbox.c.state.in_(OPEN))
            .group_by(outbox.c.recipient)
        )
        query = (
            select(outbox)
            .where(
                outbox.c.id.in_(first),
                outbox.c.state.in_((WAITING, UNKNOWN)),
                # Should the clock jump back, nothing waits for it to come round again.
                or_(
                    outbox.c.attempts == 0,
                    outbox.c.next_attempt_at <= now,
                    outbox.c.next_attempt_at > now + LONGEST_WAIT,
                ),
            )
            .order_by(outbox.c.next_attempt_at, outbox.c.id)
            .limit(limit)
        )
        with self._records.begin() as connection:
            return [_outgoing(row) for row in connection.execute(query)]

    def claim(self, outgoing: Outgoing) -> bool:
        """Take it for sending; ``False`` if another process, or a receipt, was faster."""
        claimed = self._set(
            and_(
                outbox.c.id == outgoing.id,
                outbox.c.state == outgoing.state,
                outbox.c.attempts == outgoing.attempts,
            ),
            state=SENDING,
            attempts=outgoing.attempts + 1,
        )
        return bool(claimed)

    def mark_sent(self, outgoing: Outgoing, provider_id: str) -> None:
        """The provider took it."""
        self._settle(outgoing, state=SENT, provider_id=provider_id, reason=None)

    def postpone(self, outgoing: Outgoing, until: datetime, reason: str) -> None:
        """Try it again, not before ``until``."""
        self._settle(outgoing, state=WAITING, next_attempt_at=until, reason=reason[:200])

    def doubt(self, outgoing: Outgoing, until: datetime, reason: str) -> None:
        """It may have been sent; wait for a receipt until ``until``."""
        self._settle(
            outgoing,
            state=UNKNOWN,
            doubts=outgoing.doubts + 1,
            next_attempt_at=until,
            reason=reason[:200],
        )

    def give_up(self, outgoing: Outgoing, reason: str) -> None:
        """It will not be sent any more, unless an operator says so."""
        self._settle(outgoing, state=GIVEN_UP, reason=reason[:200])

    def hold(self, outgoing: Outgoing, reason: str) -> None:
        """The account is refused: stop it, and keep the row as if it had not been tried."""
        sender, at = outgoing.recipient.sender, self._now()
        with self._records.begin() as connection:
            holds.put(connection, sender.channel, sender.account, reason, at)
            connection.execute(
                update(outbox)
                .where(outbox.c.id == outgoing.id, outbox.c.state == SENDING)
                .values(state=WAITING, attempts=outgoing.attempts, reason=reason[:200])
            )

    def held(self) -> holds.Hold | None:
        """Why, and until when, the account is stopped."""
        with self._records.begin() as connection:
            return holds.read(connection, self._channel, self._account)

    def lift_hold(self) -> None:
        """The account works again."""
        with self._records.begin() as connection:
            holds.lift(connection, self._channel, self._account)

    def give_up_on(self, recipient: Sender, reason: str) -> None:
        """They cannot be reached until they write again: nothing that waits will be sent."""
        with self._records.begin() as connection:
            give_up_on(connection, recipient, reason)

    def _settle(self, outgoing: Outgoing, **values: Any) -> None:
        # A receipt may have told meanwhile that it was sent; then that stands.
        self._set(and_(outbox.c.id == outgoing.id, outbox.c.state == SENDING), **values)

    def _set(self, condition: Any, **values: Any) -> int:
        with self._records.begin() as connection:
            changed = connection.execute(update(outbox).where(condition).values(**values))
        return int(changed.rowcount)


def give_up_on(connection: Connection, recipient: Sender, reason: str) -> None:
    """Give up what is open for a recipient who cannot be reached until they write again."""
    aliases.mark_unreachable(connection, recipient, reason)
    connection.execute(
        update(outbox)
        .where(is_for(recipient), outbox.c.state.in_(OPEN))
        .values(state=GIVEN_UP, reason=reason[:200])
    )


def is_for(recipient: Sender) -> Any:
    """The condition that finds a recipient's rows."""
    return and_(
        outbox.c.channel == recipient.channel,
        outbox.c.account == recipient.account,
        outbox.c.recipient == recipient.id,
    )


def _outgoing(row: Any) -> Outgoing:
    return Outgoing(
        id=row.id,
        key=row.key,
        conversation=row.conversation_id,
        recipient=Recipient(
            Sender(row.channel, row.account, row.recipient), row.heard_at, row.message_id
        ),
        request=row.request,
        created_at=row.created_at,
        state=row.state,
        attempts=row.attempts,
        doubts=row.doubts,
    )
