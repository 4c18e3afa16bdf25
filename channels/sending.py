"""What a channel that sends by calls to its provider offers to whoever delivers.

The web chat shows what it is told over an open connection. WhatsApp and Telegram are called: a
message becomes requests, each is stored before it is sent, and is sent in order, at the channel's
pace, until it is delivered or given up (``bot.delivery``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from channels.assistant import Content, Sender
from channels.message import OutgoingMessage

Request = Mapping[str, Any]
"""One call of the provider's, JSON-ready, in the channel's own words; attachments by their id."""

ReadAttachment = Callable[[str], Awaitable[Content | None]]
"""The bytes of an attachment of the conversation, by its id."""


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What a channel can show. Lengths in characters, 0 where it has nothing of the kind."""

    text: int
    caption: int
    buttons: int
    button_title: int
    list_rows: int
    row_title: int
    row_description: int
    copy_text: int
    """Longest text that a copy button takes; a longer one stands alone in its message."""
    document_bytes: int
    image_bytes: int


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast a provider lets an account send."""

    per_second: float
    """Over all recipients."""
    recipient_interval: float
    """Seconds between two messages to the same recipient, in the long run."""
    recipient_burst: int
    """Messages to one recipient that may go out at once before the interval holds."""


@dataclass(frozen=True)
class Recipient:
    """To whom a request goes, and what was heard from them last."""

    sender: Sender
    heard_at: datetime  # aware UTC, by the channel's clock
    message_id: str  # of the customer's message that is being answered


@dataclass(frozen=True)
class Sent:
    """The provider took the request; what became of the message arrives as receipts."""

    provider_id: str


class Remedy(Enum):
    """What helps against a failure."""

    RETRY = "retry"  # the same request again, later
    ONCE_MORE = "once more"  # the same request, with its file sent anew; should it fail, give up
    HOLD = "hold"  # nothing of this account goes out before an operator has mended it
    GIVE_UP = "give up"  # this request never works; the next one may
    UNREACHABLE = "unreachable"  # nothing for this recipient works until they write again
    UNKNOWN = "unknown"  # it may have been sent: only a receipt can tell


class SendFailed(Exception):
    """A request was not, or may not have been, taken.

    ``reason`` is shown to operators: the provider's code and our words for it, never a text of
    the provider's, which may quote the message. ``after`` is the delay in seconds that the
    provider asks for, if it does.
    """

    def __init__(self, remedy: Remedy, reason: str, after: float | None = None) -> None:
        """Say what helps, and why it failed."""
        super().__init__(reason)
        self.remedy = remedy
        self.reason = reason
        self.after = after


class SendingChannel(Protocol):
    """The sending half of a channel."""

    name: str  # as in ``Sender.channel``
    account: str  # as in ``Sender.account``
    capabilities: Capabilities
    pace: Pace
    echoes_keys: bool
    """Whether receipts name our key, so that one tells what an ambiguous time-out left open."""

    def render(self, message: OutgoingMessage) -> Sequence[Request]:
        """The requests that show a message, within the capabilities; pure, one if possible."""

    async def send(
        self, recipient: Recipient, request: Request, key: str, read: ReadAttachment
    ) -> Sent:
        """Make one request; ``key`` is ours, unique and opaque.

        Raises ``SendFailed``.
        """

    async def show_working(self, recipient: Recipient) -> None:
        """Show that an answer is on its way, and that the message was read; best effort.

        Called again every few seconds as long as it takes. Never raises.
        """


class ReceiptStatus(Enum):
    """How far a message has come; a later status never falls back to an earlier one."""

    SENT = 1
    DELIVERED = 2
    READ = 3
    FAILED = 4


@dataclass(frozen=True)
class Receipt:
    """What a provider reports of a message that we sent, by its id or by our key."""

    channel: str
    account: str
    provider_id: str
    status: ReceiptStatus
    at: datetime  # aware UTC, by the channel's clock
    key: str | None = None
    reason: str = ""  # of a failure: code and our words
    remedy: Remedy | None = None  # of a failure


class DeliveryRecord(Protocol):
    """The door for what providers report beside messages; ``bot.delivery`` implements it."""

    async def receipt(self, receipt: Receipt) -> None:
        """Record what became of a message; repeats and unknown messages are no fault."""

    async def unreachable(self, sender: Sender, reason: str) -> None:
        """Stop sending to somebody who has blocked us, until they write again."""

    async def renamed(self, old: Sender, new: Sender) -> None:
        """The same person goes by another id from now on: their conversation stays."""
