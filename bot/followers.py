"""Those who want to hear of a conversation as it goes on: each at their own pace, in order.

A follower is told entries by number, each once. News only say from where to read on, so that one
that got lost, or came twice, or late, changes nothing of what is heard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from bot.delivery.news import AtWork, Audience, Missed, NewEntries, Notice
from bot.faults import describe
from channels.assistant import Entry, Follower, Sender, Working

DEADLINE = 10.0
"""Seconds that one follower may take over one event; then it misses the event."""

log = structlog.get_logger(__name__)

TRIED_AGAIN_AFTER = 1.0
"""Seconds, while the records do not answer."""


class Reading(Protocol):
    """What followers read; ``bot.transcript.Transcript``. Blocks."""

    def position(self, sender: Sender) -> tuple[str | None, int]:
        """The sender's conversation, and the number of its newest entry, 0 if there is none."""

    def read(self, conversation: str, after: int) -> Sequence[Entry]:
        """The entries with a number above ``after``."""


class Followers:
    """Hands entries to followers. A slow one delays nobody else."""

    def __init__(self, audience: Audience, transcript: Reading) -> None:
        """Nobody follows yet; ``transcript`` gives what news do not bring."""
        self._audience = audience
        self._transcript = transcript
        self._feeds: dict[str, list[_Feed]] = {}

    def follow(self, sender: Sender, follower: Follower) -> Callable[[], None]:
        """Call ``follower`` with every later entry of the sender; returns how to stop."""
        name = self._audience.name(sender)
        feed = _Feed(sender, follower, self._transcript)
        self._feeds.setdefault(name, []).append(feed)

        def stop() -> None:
            feed.stop()
            feeds = self._feeds.get(name, [])
            if feed in feeds:
                feeds.remove(feed)
            if not feeds:
                self._feeds.pop(name, None)

        return stop

    def hear(self, notice: Notice) -> None:
        """Tell those whom it concerns."""
        if isinstance(notice, Missed):
            names = tuple(self._feeds)
        elif isinstance(notice, NewEntries | AtWork):
            names = notice.audience
        else:
            return
        for name in names:
            for feed in self._feeds.get(name, ()):
                feed.notices.put_nowait(notice)


class _Feed:
    """One follower, and how far it has heard."""

    def __init__(self, sender: Sender, follower: Follower, transcript: Reading) -> None:
        self.notices: asyncio.Queue[Notice] = asyncio.Queue()
        self._sender = sender
        self._follower = follower
        self._transcript = transcript
        self._conversation: str | None = None
        self._heard = 0  # number of the newest entry that was told, or was there before
        self._told_any = False
        self._feeding = asyncio.get_running_loop().create_task(self._feed())

    def stop(self) -> None:
        self._feeding.cancel()

    async def _feed(self) -> None:
        await self._find_position()
        while True:
            notice = await self.notices.get()
            if isinstance(notice, AtWork):
                await self._tell(Working(notice.active))
                continue
            try:
                entries = await self._entries(notice)
            except Exception as error:  # the next news brings them too
                log.error("transcript.failed", fault=describe(error))
                continue
            for entry in entries:
                self._heard, self._told_any = entry.number, True
                await self._tell(entry)

    async def _find_position(self) -> None:
        while True:
            try:
                self._conversation, self._heard = await asyncio.to_thread(
                    self._transcript.position, self._sender
                )
                return
            except Exception as error:
                log.error("transcript.failed", fault=describe(error))
            await asyncio.sleep(TRIED_AGAIN_AFTER)

    async def _entries(self, notice: Notice) -> Sequence[Entry]:
        if isinstance(notice, NewEntries):
            if self._conversation is None:
                self._conversation = notice.conversation
            elif self._conversation != notice.conversation:  # it was merged into another
                self._conversation, self._heard = notice.conversation, notice.first - 1
            if not self._told_any:  # stored after we began to follow, before we looked
                self._heard = min(self._heard, notice.first - 1)
            if notice.entries and notice.entries[0].number == self._heard + 1:
                return notice.entries
            if notice.first <= self._heard:
                return ()
        if self._conversation is None:  # nothing was said since it follows
            return ()
        return await asyncio.to_thread(self._transcript.read, self._conversation, self._heard)

    async def _tell(self, event: Entry | Working) -> None:
        try:
            await asyncio.wait_for(self._follower(event), DEADLINE)
        except Exception as error:  # the channel's fault must not end the conversation
            log.warning("follower.failed", fault=describe(error))
