"""The work queue: wake-ups by conversation. It carries no message; those are rows of the inbox.

``LocalQueue`` serves one process; ``bot.delivery.amqp_queue`` as many as wanted. Both pass
``tests/bot/delivery/test_queue.py``.
"""

from __future__ import annotations

from typing import Protocol

from bot.delivery.lanes import Lanes, Work


class WorkQueue(Protocol):
    """Gives each conversation that has work to one worker at a time."""

    async def start(self, work: Work | None) -> None:
        """Begin to give out conversations to ``work``; without it this process only puts."""

    def put(self, conversation: str, again: bool = False) -> None:
        """A conversation has work. Returns at once, and never fails.

        It is given out at least once, unless this process dies first: ``bot.delivery.sweeper``
        puts again what nobody took. ``again`` says that it was put before.
        """

    async def stop(self, deadline: float) -> None:
        """Give out nothing more, and let what is in hand finish for some seconds."""


class LocalQueue:
    """The queue of a process that does everything."""

    def __init__(self) -> None:
        """Nothing is in it."""
        self._lanes: Lanes | None = None

    async def start(self, work: Work | None) -> None:
        """See ``WorkQueue.start``."""
        self._lanes = Lanes(work) if work else None

    def put(self, conversation: str, again: bool = False) -> None:
        """See ``WorkQueue.put``."""
        if self._lanes:
            self._lanes.enter(conversation, again)

    async def stop(self, deadline: float) -> None:
        """See ``WorkQueue.stop``."""
        lanes, self._lanes = self._lanes, None
        if lanes:
            await lanes.stop(deadline)
