"""What processes tell each other: that entries are new, that Clara works, that there is to send.

News are heard by everybody and kept by nobody. Whoever missed some reads the records. They name
customers by keyed hashes only: they travel through a broker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from channels.assistant import Entry, Sender


@dataclass(frozen=True)
class NewEntries:
    """A conversation goes on, from the entry with the number ``first``."""

    conversation: str
    audience: tuple[str, ...]
    first: int
    entries: tuple[Entry, ...] = ()  # within the process that wrote them; elsewhere: read them


@dataclass(frozen=True)
class AtWork:
    """An answer is being prepared, or no longer."""

    audience: tuple[str, ...]
    active: bool


@dataclass(frozen=True)
class ToSend:
    """There is something to send over an account of a channel."""

    channel: str
    account: str


@dataclass(frozen=True)
class Missed:
    """Some news may not have come through."""


Notice = NewEntries | AtWork | ToSend | Missed
Ear = Callable[[Notice], None]


class News(Protocol):
    """Tells every process, this one first."""

    def listen(self, ear: Ear) -> None:
        """Call ``ear`` with all that is told, anywhere; it must return at once."""

    def tell(self, notice: Notice) -> None:
        """Tell everybody. Returns at once, and never fails."""

    async def start(self) -> None:
        """Begin to hear others."""

    async def stop(self) -> None:
        """Hear nobody any more."""


class LocalNews:
    """The news of a process that does everything."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._ears: list[Ear] = []

    def listen(self, ear: Ear) -> None:
        """See ``News.listen``."""
        self._ears.append(ear)

    def tell(self, notice: Notice) -> None:
        """See ``News.tell``."""
        for ear in self._ears:
            ear(notice)

    async def start(self) -> None:
        """See ``News.start``."""

    async def stop(self) -> None:
        """See ``News.stop``."""


class Audience:
    """Names senders so that only who has the secret knows them again."""

    def __init__(self, secret: str) -> None:
        """Key the names with ``secret``."""
        self._key = hashlib.sha256(f"audience:{secret}".encode()).digest()

    def __call__(self, senders: Iterable[Sender]) -> tuple[str, ...]:
        """Their names, in no order."""
        return tuple(self.name(sender) for sender in senders)

    def name(self, sender: Sender) -> str:
        """A sender's name."""
        told = "\0".join((sender.channel, sender.account, sender.id)).encode()
        return hashlib.blake2b(told, key=self._key, digest_size=16).hexdigest()
