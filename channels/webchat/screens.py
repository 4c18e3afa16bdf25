"""How a conversation is shown to one connection: to a client of the extension, or to another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from channels.assistant import Author, Entry
from channels.message import Attachment
from channels.webchat import entries, legacy

Emit = Callable[[str, Any], Awaitable[None]]
AttachmentPath = Callable[[Attachment], str]


class Screen(Protocol):
    """Shows what it is given."""

    replays: bool
    """Whether it can tell what it has already shown, and so wants what it missed."""

    async def missed(self, past: Sequence[Entry]) -> None:
        """Show what was said before."""

    async def entry(self, entry: Entry) -> None:
        """Show what is said now."""

    async def working(self, active: bool) -> None:
        """Show or hide that an answer is being prepared."""


class ExtendedScreen:
    """A client of the extension: everything, with its number."""

    replays = True

    def __init__(self, emit: Emit, path: AttachmentPath) -> None:
        """Send through ``emit``."""
        self._emit = emit
        self._path = path

    async def missed(self, past: Sequence[Entry]) -> None:
        """Send all of it in one event."""
        await self._emit("entries", [entries.render(entry, self._path) for entry in past])

    async def entry(self, entry: Entry) -> None:
        """Send it."""
        await self._emit("entry", entries.render(entry, self._path))

    async def working(self, active: bool) -> None:
        """Send it."""
        await self._emit("typing", {"active": active})


class LegacyScreen:
    """One of Rasa's widgets: what Clara says, as it comes.

    Such a widget keeps its own history and has no numbers: a replay would show all of it twice.
    """

    replays = False

    def __init__(self, emit: Emit, path: AttachmentPath, public_url: str) -> None:
        """Send through ``emit``, with absolute addresses."""
        self._emit = emit
        self._url: AttachmentPath = lambda attachment: public_url.rstrip("/") + path(attachment)

    async def missed(self, past: Sequence[Entry]) -> None:
        """Nothing: it has its own history."""

    async def entry(self, entry: Entry) -> None:
        """Send what Clara says; the widget shows by itself what the customer says."""
        if entry.author is Author.CLARA:
            for payload in legacy.render(entry.message, self._url):
                await self._emit("bot_uttered", payload)

    async def working(self, active: bool) -> None:
        """Nothing: these widgets have no event for it."""
