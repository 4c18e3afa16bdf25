"""A conversation's entries, each shown once and in order, from wherever a client left off.

What is said while the past is being read would be lost, or shown too early, if following began
after or before: so it begins before, and what comes is held until the past has been shown.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from channels.assistant import Assistant, Entry, Sender, Working
from channels.webchat.screens import Screen


class Feed:
    """What one connection is shown of one conversation."""

    def __init__(self, assistant: Assistant, sender: Sender, screen: Screen) -> None:
        """Show nothing before ``open``."""
        self._assistant = assistant
        self._sender = sender
        self._screen = screen
        self._last = 0
        self._held: deque[Entry | Working] | None = deque()
        self._stop: Callable[[], None] | None = None
        self._closed = False

    async def open(self, since: int) -> None:
        """Show every entry with a number above ``since``, then what comes."""
        self._stop = self._assistant.follow(self._sender, self._receive)
        try:
            if self._screen.replays:
                await self._replay(since)
            while self._held:
                await self._show(self._held.popleft())
        except BaseException:
            self.close()
            raise
        self._held = None

    def close(self) -> None:
        """Show nothing more."""
        self._closed = True
        if self._stop:
            self._stop()
            self._stop = None

    async def _replay(self, since: int) -> None:
        past = await self._assistant.transcript(self._sender, since)
        self._last = past[-1].number if past else since
        if not self._closed:
            await self._screen.missed(past)

    async def _receive(self, news: Entry | Working) -> None:
        if self._held is not None:
            self._held.append(news)
        else:
            await self._show(news)

    async def _show(self, news: Entry | Working) -> None:
        if self._closed:
            return
        if isinstance(news, Working):
            await self._screen.working(news.active)
        elif news.number > self._last:
            self._last = news.number
            await self._screen.entry(news)
