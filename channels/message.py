"""The neutral message: what Clara says, before a channel gives it the shape of its own.

A channel renders it within its declared limits and never the other way round: nothing here
knows of any channel.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Choice:
    """Something to pick: a button or a row of a list.

    ``id`` is opaque, at most 64 bytes, and means something only in the conversation it was
    offered in. A customer who types the title instead picks it as well, or a word that only
    this one has, in its title or in ``also``.
    """

    id: str
    title: str
    description: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Copyable:
    """A text to be copied in one tap, whole and bare: a payment line, a Pix string."""

    label: str
    text: str


@dataclass(frozen=True)
class Attachment:
    """A document or image kept by the assistant, fetched through ``Assistant.attachment``."""

    id: str
    filename: str
    media_type: str  # e.g. "application/pdf", "image/png"
    description: str  # caption, and alternative text of an image

    @property
    def is_image(self) -> bool:
        """Whether a channel should show it rather than offer it for download."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True)
class Link:
    """An address of the web, with the words that stand for it."""

    title: str
    url: str


@dataclass(frozen=True)
class OutgoingMessage:
    """One message from Clara."""

    text: str = ""
    copyables: tuple[Copyable, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    links: tuple[Link, ...] = ()
    choices: tuple[Choice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready dict, as stored in the transcript."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> OutgoingMessage:
        """The message that ``to_json`` was called on."""
        return cls(
            text=value["text"],
            copyables=tuple(Copyable(**item) for item in value["copyables"]),
            attachments=tuple(Attachment(**item) for item in value["attachments"]),
            links=tuple(Link(**item) for item in value["links"]),
            choices=tuple(
                Choice(**{**item, "also": tuple(item.get("also", ()))}) for item in value["choices"]
            ),
        )
