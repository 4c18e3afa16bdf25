"""Answering what waits: one message after the other, each answer stored whole or not at all.

A turn that fails is tried again after growing pauses, then parked: the customer is told, and an
operator finds it with ``python -m bot parked``. While the records do not answer nothing can be
stored, and nothing counts as failed: the same turn waits for them. Whatever is not stored when
the process ends still waits in the inbox, for the next one.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from bot.answering import Superseded
from bot.delivery import metrics
from bot.delivery.answers import Answers, Reply, recipient_of
from bot.delivery.inbox import Inbox
from bot.delivery.news import AtWork, Audience, NewEntries, News, ToSend
from bot.delivery.presence import showing_work
from bot.faults import describe
from bot.inbound import Inbound
from bot.replies import NoAnswer, Replies
from channels.assistant import Entry
from records.unit_of_work import UnitOfWork, unit_of_work

RETRIES = (0.5, 1.5, 4.0)
"""Seconds before each further attempt at a turn that failed; after the last it is parked."""

MAX_ATTEMPTS = 8
"""At a message in all. What ended a process is rarely the message that was being answered, so one
that a process after another finds unanswered is given more attempts than one that fails."""

INTERRUPTED = "interrompida"
"""Reason of an attempt of which only the beginning is known."""

ALBUM_QUIET = 1.0
"""Seconds without a further part after which an album is taken to be whole. Telegram delivers a
part once it has our answer to the one before, so that a round trip lies between two. What comes
later all the same is an afterthought: nothing is lost, and nothing is said twice."""

SLOWEST_PROBE = 10.0
"""Seconds between attempts, at most, while the records do not answer."""

log = structlog.get_logger(__name__)

Result = TypeVar("Result")


class Turns:
    """Does the work that the queue gives out."""

    def __init__(
        self,
        inbox: Inbox,
        replies: Replies,
        answers: Answers,
        news: News,
        audience: Audience,
        retries: Sequence[float] = RETRIES,
        album_quiet: float = ALBUM_QUIET,
    ) -> None:
        """Answer what is in ``inbox`` by ``replies``."""
        self._inbox = inbox
        self._replies = replies
        self._answers = answers
        self._news = news
        self._audience = audience
        self._retries = retries
        self._album_quiet = album_quiet
        self._suspects = asyncio.Lock()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin no further turn."""
        self._stopping.set()

    async def work(self, conversation: str, again: bool) -> None:
        """Answer what waits in a conversation until nothing does: a ``lanes.Work``."""
        try:
            await self._work(conversation, again)
        except Exception as error:  # it stays on record, and is taken up again
            log.critical("conversation.stuck", conversation=conversation, fault=describe(error))

    async def _work(self, conversation: str, again: bool) -> None:
        audience: tuple[str, ...] = ()
        try:
            while not self._stopping.is_set():
                inbound = await self._next(conversation)
                if inbound is None or self._stopping.is_set():
                    return
                if not audience:
                    senders = await self._persist(self._answers.audience, conversation)
                    audience = self._audience(senders)
                    self._news.tell(AtWork(audience, True))
                await self._answer(conversation, inbound, audience, again)
                again = False  # the next one was never begun
        finally:
            if audience:
                self._news.tell(AtWork(audience, False))

    async def _next(self, conversation: str) -> Inbound | None:
        """What is to be answered next: of an album, all that has come once no more does."""
        inbound = await self._persist(self._inbox.next, conversation)
        while inbound and inbound.album and not self._stopping.is_set():
            await self._pause(self._album_quiet)
            before, inbound = inbound, await self._persist(self._inbox.next, conversation)
            if inbound == before:
                return inbound
        return inbound

    async def _answer(
        self, conversation: str, inbound: Inbound, audience: tuple[str, ...], again: bool
    ) -> None:
        where = {"conversation": conversation, "entry": inbound.number}
        reason, attempts, failures = INTERRUPTED, inbound.attempts, 0
        while failures <= len(self._retries) and attempts < MAX_ATTEMPTS:
            if self._stopping.is_set():
                return
            # What was found unanswered more than once is tried alone: should a process die of it
            # once more, nothing else comes under suspicion.
            is_suspect = again and attempts > 0
            try:
                async with self._suspects if is_suspect else contextlib.nullcontext():
                    if again:  # counted before it is tried, since it may end us, too
                        await self._count_attempt(conversation, inbound, INTERRUPTED)
                        again, attempts = False, attempts + 1
                    await self._try(conversation, inbound, audience)
                return
            except Superseded:  # another process got on with the conversation
                log.warning("turn.superseded", **where)
                self._count(inbound, metrics.SUPERSEDED)
                return
            except NoAnswer as failure:
                log.error("turn.without_answer", **where, fault=describe(failure))
                reason, failures = str(failure), len(self._retries) + 1
            except Exception as error:
                log.error("turn.failed", **where, fault=describe(error))
                if _are_down(error):
                    await self._pause(SLOWEST_PROBE / 10)
                    continue
                reason, failures = type(error).__qualname__, failures + 1
            attempts += 1
            self._count(inbound, metrics.FAILED)
            await self._count_attempt(conversation, inbound, reason)
            if failures <= len(self._retries):
                await self._pause(self._retries[failures - 1])
        if not self._stopping.is_set():
            await self._park(conversation, inbound, audience, reason)

    async def _try(self, conversation: str, inbound: Inbound, audience: tuple[str, ...]) -> None:
        began = time.monotonic()
        channel = self._answers.channel_of(inbound.sender)
        with unit_of_work(_key(conversation, inbound)) as unit:
            async with showing_work(channel, recipient_of(inbound)):
                reply = await self._replies.to(conversation, inbound)
            await self._store(conversation, inbound, audience, reply, unit)
        metrics.TURN_SECONDS.labels(inbound.channel).observe(time.monotonic() - began)
        stale = self._replies.is_stale(inbound)
        self._count(inbound, metrics.STALE if stale else metrics.ANSWERED)

    async def _park(
        self, conversation: str, inbound: Inbound, audience: tuple[str, ...], reason: str
    ) -> None:
        log.error("message.parked", conversation=conversation, entry=inbound.number, reason=reason)
        with unit_of_work(_key(conversation, inbound)) as unit:
            try:
                reply = await self._replies.fault(conversation, inbound)
                await self._store(conversation, inbound, audience, reply, unit, reason)
            except Superseded:
                return
            except Exception as error:  # even that cannot be said: park it all the same
                log.critical("fault.unsaid", conversation=conversation, fault=describe(error))
                await self._store(
                    conversation, inbound, audience, Reply(), UnitOfWork(unit.key), reason
                )
        self._count(inbound, metrics.PARKED)

    async def _store(
        self,
        conversation: str,
        inbound: Inbound,
        audience: tuple[str, ...],
        reply: Reply,
        unit: UnitOfWork,
        parked: str | None = None,
    ) -> None:
        """Put an answer on record, and tell everybody that it is."""

        def store() -> list[Entry]:
            return self._answers.store(conversation, inbound, reply, unit, parked=parked)

        said = await self._persist(store)
        if said and reply.state:
            reply.state.keep()
        unit.finish()
        # Told even if it was on record before: an attempt that seemed to fail may have stored it.
        first = said[0].number if said else inbound.number + 1
        self._news.tell(NewEntries(conversation, audience, first, tuple(said)))
        channel = self._answers.channel_of(inbound.sender)
        if channel:
            self._news.tell(ToSend(channel.name, channel.account))

    async def _count_attempt(self, conversation: str, inbound: Inbound, reason: str) -> None:
        await self._persist(self._inbox.count_attempt, conversation, inbound.number, reason)

    async def _persist(self, ask: Callable[..., Result], *arguments: object) -> Result:
        """Ask the records, however long they take to come back.

        Raises what is no fault of theirs, and, once we stop, their faults too.
        """
        wait = 0.1
        while True:
            try:
                return await asyncio.to_thread(ask, *arguments)
            except Exception as error:
                if self._stopping.is_set() or not _are_down(error):
                    raise
                log.error("records.failed", fault=describe(error))
            await self._pause(wait)
            wait = min(2 * wait, SLOWEST_PROBE)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def _count(self, inbound: Inbound, outcome: str) -> None:
        metrics.TURNS.labels(inbound.channel, outcome).inc()


def _key(conversation: str, inbound: Inbound) -> str:
    return f"{conversation} {inbound.number}"


def _are_down(error: BaseException) -> bool:
    """Whether the records cannot be reached, or cannot be written: no connection, a full disk."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OperationalError | InterfaceError | PoolExhausted):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
