"""What the assistant offers to every channel: accept, follow, read back.

A channel verifies and parses what arrives, hands it over with ``accept``, and shows what it is
told through ``follow``. ``bot.conversations`` implements it; channels know only this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from channels.message import OutgoingMessage

MAX_TEXT_LENGTH = 2_000
"""Characters of an inbound text; a longer one is not processed but kindly answered."""


@dataclass(frozen=True)
class Sender:
    """Who writes, as the channel names them: an alias of one conversation of ours."""

    channel: str  # e.g. "webchat"
    account: str  # which of our numbers, bots or pages
    id: str


class Medium(str, Enum):
    """What a message is that is neither text nor choice: Clara says kindly what she can read."""

    AUDIO = "audio"
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True)
class IncomingMessage:
    """What a customer wrote, picked or sent.

    Exactly one of ``text``, ``choice`` (the id of a ``Choice``) and ``medium`` is set; a medium
    that came with a caption is in ``medium``, its caption in ``caption``.
    """

    sender: Sender
    message_id: str  # unique within the sender; a repeat is recognised by it
    sent_at: datetime  # aware UTC, by the channel's clock
    text: str | None = None
    choice: str | None = None
    address: str | None = None  # network address, where the channel knows it
    medium: Medium | None = None
    caption: str = ""
    album: str | None = None
    """What was sent as one but comes in parts: an id of the whole, unique within the sender. Each
    part has a ``message_id`` of its own, and they are answered together."""
    also: tuple[Sender, ...] = ()
    """Other ids of the same person that the channel vouches for, such as their phone number."""


class Acceptance(Enum):
    """What became of an incoming message."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"  # already accepted before; nothing more will happen


class Author(str, Enum):
    """Who said an entry of the transcript."""

    CUSTOMER = "customer"
    CLARA = "clara"


@dataclass(frozen=True)
class Entry:
    """One line of a conversation's transcript.

    ``number`` grows by one with every entry of the conversation; ``message_id`` is the
    customer's own id of what they wrote, and for what Clara said an id of ours.
    """

    number: int
    author: Author
    message_id: str
    at: datetime
    message: OutgoingMessage  # of a customer's entry only the text is set


@dataclass(frozen=True)
class Working:
    """Whether an answer is being prepared: show or hide the typing indicator."""

    active: bool


Follower = Callable[[Entry | Working], Awaitable[None]]


@dataclass(frozen=True)
class Content:
    """The bytes of an attachment."""

    filename: str
    media_type: str
    data: bytes


class Assistant(Protocol):
    """The one door from channels to the assistant."""

    async def accept(self, message: IncomingMessage) -> Acceptance:
        """Store the message and see to its answer; returns once it is stored.

        A text longer than ``MAX_TEXT_LENGTH`` is answered without being read. A choice that was
        not offered in this conversation, or is too old, is answered with the menu.
        """

    async def transcript(self, sender: Sender, after: int = 0) -> Sequence[Entry]:
        """Entries with a number above ``after``, oldest first, at most the last 200."""

    def follow(self, sender: Sender, follower: Follower) -> Callable[[], None]:
        """Call ``follower`` with every later entry, in order; returns how to stop."""

    async def attachment(self, sender: Sender, attachment_id: str) -> Content | None:
        """An attachment of this very conversation, or ``None`` if there is none (any more)."""
