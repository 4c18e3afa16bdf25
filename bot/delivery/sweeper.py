"""Makes good what a lost wake-up left lying, and watches how much waits.

Wake-ups get lost when the process that stored a message dies before it has told anybody, or when
the broker does. Every process sweeps; a conversation that is woken twice is answered once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.inbox import Backlog, Inbox
from bot.delivery.queue import WorkQueue
from bot.faults import describe
from bot.transcript import Clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rounds:
    """When the sweeper looks."""

    every: float = 5.0  # seconds
    wake_again_after: timedelta = timedelta(seconds=60)


class Sweeper:
    """Looks at the inbox every few seconds."""

    def __init__(
        self,
        inbox: Inbox,
        queue: WorkQueue,
        observe: Callable[[], None],
        now: Clock,
        rounds: Rounds | None = None,
    ) -> None:
        """Put what was forgotten into ``queue``; ``observe`` brings other gauges up to date."""
        self._inbox = inbox
        self._queue = queue
        self._observe = observe
        self._now = now
        self._rounds = rounds or Rounds()
        self._sweeping: asyncio.Task[None] | None = None
        self.backlog = Backlog(0, None)

    async def start(self) -> int:
        """Take up all that waits; returns of how many conversations it is."""
        taken_up = await self._sweep(None)
        self._sweeping = asyncio.create_task(self._go_round())
        return taken_up

    async def stop(self) -> None:
        """Look no more."""
        if self._sweeping:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)

    async def _go_round(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._look)
                woken = await self._sweep(self._rounds.wake_again_after)
                if woken:
                    log.warning("conversations.woken_again", number=woken)
            except Exception as error:  # the records may be back at the next round
                log.error("sweep.failed", fault=describe(error))
            await asyncio.sleep(self._rounds.every)

    async def _sweep(self, since: timedelta | None) -> int:
        forgotten = await asyncio.to_thread(self._inbox.forgotten, since)
        for conversation in forgotten:
            self._queue.put(conversation, again=True)
        if forgotten:
            metrics.WAKE_UPS_AGAIN.inc(len(forgotten))
            await asyncio.to_thread(self._inbox.note_woken, forgotten)
        return len(forgotten)

    def _look(self) -> None:
        self.backlog = self._inbox.backlog()
        oldest = self.backlog.oldest
        age = (self._now() - oldest).total_seconds() if oldest else 0.0
        metrics.WAITING.set(self.backlog.messages)
        metrics.OLDEST.set(max(age, 0.0))
        self._observe()
