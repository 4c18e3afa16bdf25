"""The assistant as channels know it: accepts what customers send, tells them what is said.

``accept`` returns once a message is on record. Its answer is found by whoever the work queue
gives the conversation to, in this process or another, and heard of through the news.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import structlog
from sqlalchemy.engine import Engine as Records

from bot import attachments
from bot.delivery import metrics
from bot.delivery.inbox import Accepted, Inbox
from bot.delivery.news import Audience, NewEntries, News
from bot.delivery.queue import WorkQueue
from bot.delivery.waiting import Consolation
from bot.followers import Followers
from bot.transcript import Transcript
from channels.assistant import Acceptance, Content, Entry, Follower, IncomingMessage, Sender
from records.turnstile import go_first

AT_THE_DOOR = 4
"""Threads for what channels wait for, which go first at the records: however much there is to
answer, what customers send next is accepted before it."""

log = structlog.get_logger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Doors:
    """What stands behind the assistant, in this process or through it."""

    inbox: Inbox
    queue: WorkQueue
    news: News
    audience: Audience
    consolation: Consolation


class Conversations:
    """Implements ``channels.assistant.Assistant`` over the records."""

    def __init__(self, records: Records, transcript: Transcript, doors: Doors) -> None:
        """Keep everything in ``records``."""
        self._records = records
        self._transcript = transcript
        self._doors = doors
        self._followers = Followers(doors.audience, transcript)
        self._threads = ThreadPoolExecutor(AT_THE_DOOR, "door", initializer=go_first)
        doors.news.listen(self._followers.hear)

    async def accept(self, message: IncomingMessage) -> Acceptance:
        """See ``Assistant.accept``."""
        began = time.monotonic()
        channel = message.sender.channel
        try:
            accepted = await self._at_the_door(self._doors.inbox.accept, message)
        except Exception:
            metrics.REFUSED.labels(channel).inc()
            raise
        metrics.ACCEPT_SECONDS.labels(channel).observe(time.monotonic() - began)
        if accepted is None:
            metrics.REPEATED.labels(channel).inc()
            return Acceptance.REPEATED
        metrics.ACCEPTED.labels(channel).inc()
        self._pass_on(accepted)
        return Acceptance.ACCEPTED

    async def transcript(self, sender: Sender, after: int = 0) -> Sequence[Entry]:
        """See ``Assistant.transcript``."""
        conversation = await self._at_the_door(self._transcript.conversation_of, sender)
        if conversation is None:
            return []
        return await self._at_the_door(self._transcript.read, conversation, after)

    def follow(self, sender: Sender, follower: Follower) -> Callable[[], None]:
        """See ``Assistant.follow``."""
        return self._followers.follow(sender, follower)

    async def attachment(self, sender: Sender, attachment_id: str) -> Content | None:
        """See ``Assistant.attachment``."""
        conversation = await self._at_the_door(self._transcript.conversation_of, sender)
        if conversation is None:
            return None
        return await self._at_the_door(attachments.read, self._records, conversation, attachment_id)

    async def _at_the_door(self, work: Callable[..., Result], *arguments: object) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, work, *arguments)

    def _pass_on(self, accepted: Accepted) -> None:
        """From here on only time can be lost: the sweeper makes good what is not told."""
        doors = self._doors
        audience = doors.audience(accepted.audience)
        entry = accepted.entry
        doors.news.tell(NewEntries(accepted.conversation, audience, entry.number, (entry,)))
        doors.queue.put(accepted.conversation)
        doors.consolation.offer(accepted.conversation, accepted.inbound, audience)
