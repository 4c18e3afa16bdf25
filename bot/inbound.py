"""What a customer sent, as it waits for its answer."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from channels.assistant import MAX_TEXT_LENGTH, Medium, Sender

COMMAND_PREFIX = "/"
"""Begins what Rasa obeys without asking the classifier."""

UNREADABLE = "?"
"""Stands for a text of which nothing readable is left."""

_LIKE_THE_PREFIX = frozenset("/\u2044\u2215\u29f8\uff0f")  # that is the point
_INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"})


@dataclass(frozen=True)
class Inbound:
    """An entry of a customer's that waits: everything that its answer depends on.

    The parts of an album that wait are one, by the first of their entries.
    """

    number: int  # of the entry
    sender: Sender
    message_id: str  # the provider's
    sent_at: datetime  # aware UTC, by the channel's clock
    text: str = ""
    choice: str | None = None
    too_long: bool = False
    medium: Medium | None = None
    address: str | None = None  # keyed hash of the network address
    attempts: int = 0  # to answer it, that failed
    album: str | None = None  # that it is a part of, by the channel's id
    parts: tuple[int, ...] = ()  # entries of the album's other parts that wait
    is_afterthought: bool = False  # an earlier part of the album does not wait any more

    @property
    def channel(self) -> str:
        """The channel that it came by."""
        return self.sender.channel

    @property
    def numbers(self) -> tuple[int, ...]:
        """All entries that its answer is for."""
        return (self.number, *self.parts)

    def to_json(self) -> dict[str, Any]:
        """What the inbox has no column for."""
        return {name: getattr(self, name) for name in _KEPT_AS_JSON}

    @classmethod
    def from_row(cls, row: Any) -> Inbound:
        """The message of a row of the inbox."""
        # One that waits since before the inbox existed has keys that are columns now.
        kept = {name: row.message[name] for name in _KEPT_AS_JSON if name in row.message}
        if kept.get("medium"):
            kept["medium"] = Medium(kept["medium"])
        return cls(
            number=row.number,
            sender=Sender(row.channel, row.account, row.sender),
            message_id=row.message_id,
            sent_at=row.sent_at,
            attempts=row.attempts,
            **kept,
        )


_KEPT_AS_JSON = ("text", "choice", "too_long", "medium", "address", "album")


def joined(parts: Sequence[Inbound], is_afterthought: bool) -> Inbound:
    """The parts of an album as one message; of an afterthought only the words count."""
    first, *others = parts
    text = "\n".join(part.text for part in parts if part.text)
    return replace(
        first,
        text=storable(text),
        too_long=len(text) > MAX_TEXT_LENGTH,
        medium=None if is_afterthought else first.medium,
        parts=tuple(part.number for part in others),
        is_afterthought=is_afterthought,
    )


def storable(text: str) -> str:
    """The text without what a database refuses, cut if it is too long to be read."""
    text = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= MAX_TEXT_LENGTH else f"{text[:MAX_TEXT_LENGTH]}…"


def typed(text: str) -> str:
    """What Rasa may read of a text that a person typed: never a command.

    Whatever makes Rasa see a command is taken from the front, with the spaces and invisible
    characters that may hide it.
    """
    start = 0
    while start < len(text) and _is_skipped(text[start]):
        start += 1
    return text[start:].rstrip() or UNREADABLE


def _is_skipped(character: str) -> bool:
    return character in _LIKE_THE_PREFIX or unicodedata.category(character) in _INVISIBLE


def keyed_address(address: str | None, secret: str) -> str | None:
    """A keyed hash under which attempts from one network address are counted.

    Of an IPv6 address only the network counts: whoever has one has 2^64 addresses.
    """
    if not address:
        return None
    keyed = hmac.new(secret.encode(), f"address:{_counted(address)}".encode(), hashlib.sha256)
    return keyed.hexdigest()


def _counted(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
