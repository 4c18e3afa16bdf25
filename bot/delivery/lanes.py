"""One worker at a time for each conversation, conversations side by side, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Work = Callable[[str, bool], Awaitable[None]]
"""Answers what waits in a conversation until nothing does. Never raises.

The flag says that somebody may have died of it: the conversation was handed out before.
"""

AT_ONCE = 32
"""Conversations that are worked on at the same time; the others wait, first come, first served."""


class Lanes:
    """A lane exists while its conversation has work, and costs nothing afterwards."""

    def __init__(self, work: Work, at_once: int = AT_ONCE) -> None:
        """Have ``work`` done."""
        self._work = work
        self._room = asyncio.Semaphore(at_once)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._more: dict[str, bool] = {}

    def enter(self, conversation: str, again: bool = False) -> asyncio.Task[None]:
        """See to a conversation's work; the task ends when nothing is left of it."""
        self._more[conversation] = self._more.get(conversation, False) or again
        if conversation not in self._tasks:
            task = asyncio.create_task(self._run(conversation))
            self._tasks[conversation] = task
        return self._tasks[conversation]

    async def stop(self, deadline: float) -> None:
        """Let what is in hand finish for some seconds, then leave it unfinished."""
        tasks = list(self._tasks.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=deadline)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, conversation: str) -> None:
        try:
            async with self._room:
                while conversation in self._more:
                    await self._work(conversation, self._more.pop(conversation))
        finally:
            self._more.pop(conversation, None)
            del self._tasks[conversation]
