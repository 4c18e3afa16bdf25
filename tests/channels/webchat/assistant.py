"""An assistant in memory that says what a test tells it to; the channels' tests speak with it."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

from channels.assistant import (
    Acceptance,
    Author,
    Content,
    Entry,
    Follower,
    IncomingMessage,
    Sender,
    Working,
)
from channels.message import OutgoingMessage

Script = Callable[[IncomingMessage], Sequence[OutgoingMessage]]
_PATIENCE_SECONDS = 60


def echo(message: IncomingMessage) -> list[OutgoingMessage]:
    """Answer "eco: <text>"."""
    return [OutgoingMessage(text=f"eco: {message.text or message.choice}")]


class ScriptedAssistant:
    """Implements ``channels.assistant.Assistant``.

    It lives in the loop of the server it is given to, which is usually one of another thread;
    everything below "for tests" may be called from any thread but that one. It survives a restart
    of the server, as the real one's database does.
    """

    def __init__(self, script: Script = echo) -> None:
        self.script = script
        self.received: list[IncomingMessage] = []
        self.repeats: list[IncomingMessage] = []
        self.fault: Exception | None = None  # raised by ``accept`` while set
        self.transcript_fault: Exception | None = None
        self.on_transcript: Callable[[Sender], None] | None = None  # runs before it is read
        self._entries: dict[Sender, list[Entry]] = defaultdict(list)
        self._followers: dict[Sender, list[Follower]] = defaultdict(list)
        self._contents: dict[tuple[Sender, str], Content] = {}
        self._paused: list[IncomingMessage] | None = None
        self._ids = itertools.count(1)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = threading.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    # -- the protocol -------------------------------------------------------------------------

    async def accept(self, message: IncomingMessage) -> Acceptance:
        if self.fault:
            raise self.fault
        known = [*self.received]
        if any((m.sender, m.message_id) == (message.sender, message.message_id) for m in known):
            self._note(lambda: self.repeats.append(message))
            return Acceptance.REPEATED
        self._note(lambda: self.received.append(message))
        task = asyncio.create_task(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Acceptance.ACCEPTED

    async def transcript(self, sender: Sender, after: int = 0) -> Sequence[Entry]:
        if self.transcript_fault:
            raise self.transcript_fault
        if self.on_transcript:
            self.on_transcript(sender)
        return [entry for entry in self._entries[sender] if entry.number > after][-200:]

    def follow(self, sender: Sender, follower: Follower) -> Callable[[], None]:
        self._loop = asyncio.get_running_loop()
        self._note(lambda: self._followers[sender].append(follower))

        def stop() -> None:
            if follower in self._followers[sender]:
                self._note(lambda: self._followers[sender].remove(follower))

        return stop

    async def attachment(self, sender: Sender, attachment_id: str) -> Content | None:
        return self._contents.get((sender, attachment_id))

    async def _answer(self, message: IncomingMessage) -> None:
        written = message.text if message.text is not None else self._title(message)
        author = Author.CUSTOMER
        await self._tell(message.sender, author, OutgoingMessage(written), message.message_id)
        if self._paused is not None:
            self._paused.append(message)
            await self._spread(message.sender, Working(True))
            return
        await self._reply(message)

    async def _reply(self, message: IncomingMessage) -> None:
        await self._spread(message.sender, Working(True))
        for reply in self.script(message):
            await self._tell(message.sender, Author.CLARA, reply)
        await self._spread(message.sender, Working(False))

    def _title(self, message: IncomingMessage) -> str:
        for entry in reversed(self._entries[message.sender]):
            for choice in entry.message.choices:
                if choice.id == message.choice:
                    return choice.title
        return ""

    async def _tell(
        self, sender: Sender, author: Author, message: OutgoingMessage, id_: str | None = None
    ) -> Entry:
        entry = Entry(
            number=len(self._entries[sender]) + 1,
            author=author,
            message_id=id_ or f"clara-{next(self._ids)}",
            at=datetime.now(timezone.utc),
            message=message,
        )
        self._note(lambda: self._entries[sender].append(entry))
        await self._spread(sender, entry)
        return entry

    async def _spread(self, sender: Sender, news: Entry | Working) -> None:
        for follower in [*self._followers[sender]]:
            await follower(news)

    def _note(self, change: Callable[[], Any]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    # -- for tests ----------------------------------------------------------------------------

    @property
    def senders(self) -> list[Sender]:
        """Who has written, first come first."""
        return list(dict.fromkeys(message.sender for message in self.received))

    @property
    def sender(self) -> Sender:
        """Who wrote, when only one did."""
        (sender,) = self.senders
        return sender

    @property
    def following(self) -> int:
        """How many followers there are now."""
        return sum(map(len, self._followers.values()))

    def entries(self, sender: Sender) -> list[Entry]:
        """What was said in a conversation so far."""
        return [*self._entries[sender]]

    def say(self, sender: Sender, message: OutgoingMessage | str) -> Entry:
        """Say something unasked; returns when every follower has it."""
        if isinstance(message, str):
            message = OutgoingMessage(text=message)
        return self._in_loop(self._tell(sender, Author.CLARA, message))

    def working(self, sender: Sender, active: bool) -> None:
        """Show or hide the typing indicator."""
        self._in_loop(self._spread(sender, Working(active)))

    def keep(self, sender: Sender, attachment_id: str, content: Content) -> None:
        """Have an attachment to give to this sender."""
        self._contents[(sender, attachment_id)] = content

    def pause(self) -> None:
        """Answer nothing, showing the typing indicator, until ``resume``."""
        self._paused = []

    def resume(self) -> None:
        """Answer what came meanwhile."""
        paused, self._paused = self._paused or [], None
        for message in paused:
            self._in_loop(self._reply(message))

    def wait_until(self, condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> None:
        """Block until something about this assistant is so; ``AssertionError`` if it never is."""
        with self._changed:
            assert self._changed.wait_for(condition, seconds), "what was waited for never came"

    def _in_loop(self, work: Any) -> Any:
        assert self._loop is not None, "nobody has connected yet"
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_SECONDS)
