"""Sends what is in the outbox over one account: in order for each recipient, at its pace.

Calls to different recipients are made side by side. A failure says what helps (``Remedy``):

* *retry*: the same call later, with growing pauses, some hours long;
* *once more*: the same call later, but only one time;
* *hold*: the account stops until a call works again (``bot.delivery.holds``);
* *give up*: the row is parked, and the recipient's next one follows;
* *unreachable*: all rows of the recipient are parked, until they write again;
* *unknown*: the provider may have taken it. Where receipts name our key one is waited for.
  Otherwise, and when none comes, it is sent again: hearing a thing twice is better than never.
  That is the one case in which a customer may see a message twice; ``clara_sends_undecided``
  counts it, and after ``MAX_DOUBTS`` times the row is parked.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.engine import Engine

from bot import attachments
from bot.delivery import metrics
from bot.delivery.lease import Lease
from bot.delivery.outbox import UNKNOWN, Outbox, Outgoing
from bot.delivery.pace import PaceKeeper
from bot.faults import describe
from bot.transcript import Clock, utc_now
from channels.assistant import Content
from channels.sending import Remedy, SendFailed, SendingChannel

AT_ONCE = 64
"""Calls of an account in flight at the same time."""

UNDECIDED = "indeciso: pode ter sido entregue"
"""Reason of a row that was given up because nobody knows whether it was sent."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long the dispatcher waits for what."""

    poll: float = 2.0
    """Seconds after which it looks by itself: for what another process stored, or postponed."""
    lease: float = 5.0
    """Seconds between attempts to take over from another process."""
    call: float = 60.0
    """Seconds for one call; channels have shorter deadlines of their own."""
    receipt: timedelta = timedelta(seconds=60)
    """For a receipt that tells whether a message was sent."""
    first_retry: timedelta = timedelta(seconds=2)
    longest_retry: timedelta = timedelta(hours=1)
    max_attempts: int = 14
    """With the pauses above they cover four and a half hours."""
    max_doubts: int = 3

    def attempts(self, remedy: Remedy) -> int:
        """How many are made at most at a call that fails so."""
        return {Remedy.GIVE_UP: 1, Remedy.ONCE_MORE: 2}.get(remedy, self.max_attempts)


class Dispatcher:
    """The one who sends over an account, in whichever process has the lease."""

    def __init__(
        self,
        records: Engine,
        channel: SendingChannel,
        now: Clock = utc_now,
        patience: Patience | None = None,
    ) -> None:
        """Send what ``records`` have for the channel's account; works only once started."""
        self._records = records
        self._channel = channel
        self._outbox = Outbox(records, channel.name, channel.account, now)
        self._lease = Lease(records, f"outbox {channel.name} {channel.account}")
        self._pace = PaceKeeper(channel.pace)
        self._now = now
        self._patience = patience or Patience()
        self._bell = asyncio.Event()
        self._stopping = asyncio.Event()
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._in_hand: set[int] = set()  # rows of which we know, or shall know, what became
        self._lost_a_claim = False
        self._leads = False
        self._is_held = False
        self._working: asyncio.Task[None] | None = None

    @property
    def leads(self) -> bool:
        """Whether this is the process that sends over the account."""
        return self._lease.is_held

    def start(self) -> None:
        """Begin to send."""
        self._working = asyncio.create_task(self._work())

    def ring(self) -> None:
        """There is something to send."""
        self._bell.set()

    async def stop(self, deadline: float) -> None:
        """Make no new call, and let those in flight end for some seconds."""
        self._stopping.set()
        self._bell.set()
        if self._working:
            await self._working
        if self._in_flight:
            _, late = await asyncio.wait(self._in_flight.values(), timeout=deadline)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.to_thread(self._lease.release)

    async def _work(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                pause = await self._look()
            except Exception as error:  # the records may be back the next time
                log.error("outbox.failed", channel=self._channel.name, fault=describe(error))
                pause = self._patience.poll
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._bell.wait(), pause)

    async def _look(self) -> float:
        """Send what can be sent now; returns after how many seconds to look again."""
        led, self._leads = self._leads and not self._lost_a_claim, False
        self._lost_a_claim = False
        if not await asyncio.to_thread(self._lease.hold):
            return self._patience.lease
        if not led:
            recovered = await asyncio.to_thread(
                self._outbox.recover, self._decided_at(1), tuple(self._in_hand)
            )
            log.info("outbox.taken_over", channel=self._channel.name, in_doubt=recovered)
        self._leads = True
        # In this order: a call that is refused in between leaves its row due and the account held.
        due = await asyncio.to_thread(self._outbox.due, 4 * AT_ONCE)
        hold = await asyncio.to_thread(self._outbox.held)
        self._is_held = hold is not None
        metrics.HELD.labels(self._channel.name).set(self._is_held)
        if hold is None:
            return self._send(due, AT_ONCE)
        if hold.is_paused(self._now()) or self._in_flight:
            return self._patience.poll
        return self._send(due, 1)

    def _send(self, due: Sequence[Outgoing], at_once: int) -> float:
        pause = self._patience.poll
        for outgoing in due:
            recipient = outgoing.recipient.sender.id
            if recipient in self._in_flight:
                continue
            if len(self._in_flight) >= at_once:
                break
            delay = self._pace.delay(recipient)
            if delay > 0:
                pause = min(pause, delay)
                continue
            self._pace.take(recipient)
            task = asyncio.create_task(self._deliver(outgoing))
            self._in_flight[recipient] = task
            task.add_done_callback(partial(self._landed, recipient))
        return pause

    def _landed(self, recipient: str, _: object) -> None:
        del self._in_flight[recipient]
        self._bell.set()

    async def _deliver(self, outgoing: Outgoing) -> None:
        """Make one call and note what became of it."""
        self._in_hand.add(outgoing.id)
        try:
            if await self._claim(outgoing):
                await self._call(outgoing)
        finally:
            self._in_hand.discard(outgoing.id)

    async def _call(self, outgoing: Outgoing) -> None:
        if outgoing.doubts >= self._patience.max_doubts:
            await self._give_up(outgoing, UNDECIDED)
            return
        if outgoing.state == UNKNOWN:
            metrics.UNDECIDED.labels(self._channel.name).inc()
        try:
            sent = await asyncio.wait_for(
                self._channel.send(
                    outgoing.recipient,
                    outgoing.request,
                    outgoing.key,
                    partial(self._attachment, outgoing.conversation),
                ),
                self._patience.call,
            )
        except SendFailed as failure:
            await self._failed(outgoing, failure)
        except Exception as error:  # nobody knows how far it came
            log.error("send.broke", channel=self._channel.name, fault=describe(error))
            await self._failed(outgoing, SendFailed(Remedy.UNKNOWN, type(error).__qualname__))
        else:
            await self._note(self._outbox.mark_sent, outgoing, sent.provider_id)
            self._count("sent")
            if self._is_held:
                await self._note(self._outbox.lift_hold)

    async def _claim(self, outgoing: Outgoing) -> bool:
        try:
            return await asyncio.to_thread(self._outbox.claim, outgoing)
        except Exception as error:  # it may be on record as ours all the same
            log.error("outbox.failed", channel=self._channel.name, fault=describe(error))
            self._in_hand.discard(outgoing.id)
            self._lost_a_claim = True  # the next look recovers it
            await asyncio.sleep(self._patience.poll)
            return False

    async def _failed(self, outgoing: Outgoing, failure: SendFailed) -> None:
        reason, remedy = failure.reason, failure.remedy
        log.warning("send.failed", message=outgoing.key, remedy=remedy.value, reason=reason)
        if remedy is Remedy.UNREACHABLE:
            self._count("unreachable")
            await self._note(self._outbox.give_up_on, outgoing.recipient.sender, reason)
        elif remedy is Remedy.HOLD:
            self._count("held")
            await self._note(self._outbox.hold, outgoing, reason)
        elif outgoing.attempts + 1 >= self._patience.attempts(remedy):
            await self._give_up(outgoing, reason)
        elif remedy is Remedy.UNKNOWN:
            self._count("unknown")
            until = self._decided_at(outgoing.attempts + 1)
            await self._note(self._outbox.doubt, outgoing, until, reason)
        else:
            self._count("retried")
            asked_for = min(failure.after or 0.0, self._patience.longest_retry.total_seconds())
            pause = max(self._retry_pause(outgoing.attempts + 1), asked_for)
            until = self._now() + timedelta(seconds=pause)
            await self._note(self._outbox.postpone, outgoing, until, reason)

    async def _give_up(self, outgoing: Outgoing, reason: str) -> None:
        self._count("given_up")
        log.error("send.given_up", message=outgoing.key, reason=reason)
        await self._note(self._outbox.give_up, outgoing, reason)

    def _decided_at(self, attempt: int) -> datetime:
        """When something that may have been sent is sent again."""
        if self._channel.echoes_keys:
            return self._now() + self._patience.receipt
        return self._now() + timedelta(seconds=self._retry_pause(attempt))

    def _retry_pause(self, attempt: int) -> float:
        pause = min(
            self._patience.first_retry.total_seconds() * 2.0 ** (attempt - 1),
            self._patience.longest_retry.total_seconds(),
        )
        return pause * random.uniform(0.75, 1.25)  # noqa: S311  # spreads load, guards no secret

    async def _note(self, write: Callable[..., Any], *arguments: Any) -> None:
        """Put on record what became of a call, however long the records take to come back."""
        while True:
            try:
                await asyncio.to_thread(write, *arguments)
                return
            except Exception as error:
                log.error("outbox.failed", channel=self._channel.name, fault=describe(error))
            if self._stopping.is_set():
                return
            await asyncio.sleep(self._patience.poll)

    def _attachment(self, conversation: str, attachment_id: str) -> Awaitable[Content | None]:
        return asyncio.to_thread(attachments.read, self._records, conversation, attachment_id)

    def _count(self, outcome: str) -> None:
        metrics.SENDS.labels(self._channel.name, outcome).inc()
