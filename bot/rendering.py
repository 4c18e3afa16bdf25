"""From what Rasa says in one turn to neutral messages: one bubble where possible.

A bubble shows its text first, then what can be copied, documents and links, and its choices
last. Two responses share a bubble as long as that leaves their parts in the order they were
said. Choices always end up under the last bubble, where the customer's eye is.

Rasa's shape: ``text``; ``buttons`` with ``title``, ``payload``, ``description`` and ``also``;
``custom`` with lists of ``copyables``, ``attachments`` and ``links``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from channels.message import Attachment, Choice, Copyable, Link, OutgoingMessage

MAX_TITLE_LENGTH = 200


@dataclass(frozen=True)
class Offer:
    """A choice as we keep it: the payload never leaves the server."""

    id: str
    title: str
    payload: str


@dataclass(frozen=True)
class Rendered:
    """What one turn says, and what it offers to pick."""

    messages: tuple[OutgoingMessage, ...] = ()
    offers: tuple[Offer, ...] = ()


def new_choice_id() -> str:
    """An id that nobody can guess: ``c_`` and 22 characters, 128 bits."""
    return f"c_{secrets.token_urlsafe(16)}"


def render(
    responses: Iterable[Mapping[str, Any]], new_id: Callable[[], str] = new_choice_id
) -> Rendered:
    """The messages of a turn; empty if there is nothing to show."""
    bubbles: list[OutgoingMessage] = []
    buttons: dict[str, Mapping[str, Any]] = {}
    for response in responses:
        _add(bubbles, _message(response))
        for button in response.get("buttons") or ():
            # Offered again, a choice moves to the end and keeps its latest title.
            buttons.pop(_payload(button), None)
            buttons[_payload(button)] = button
    if not buttons:
        return Rendered(tuple(bubbles))
    offers = tuple(Offer(new_id(), _title(button), _payload(button)) for button in buttons.values())
    choices = tuple(
        Choice(
            offer.id,
            offer.title,
            str(button.get("description") or ""),
            tuple(map(str, button.get("also") or ())),
        )
        for offer, button in zip(offers, buttons.values(), strict=True)
    )
    last = bubbles.pop() if bubbles else OutgoingMessage()
    return Rendered((*bubbles, replace(last, choices=choices)), offers)


def _message(response: Mapping[str, Any]) -> OutgoingMessage:
    custom = response.get("custom") or {}
    return OutgoingMessage(
        text=(response.get("text") or "").strip(),
        copyables=tuple(Copyable(**item) for item in custom.get("copyables", ())),
        attachments=tuple(Attachment(**item) for item in custom.get("attachments", ())),
        links=tuple(Link(**item) for item in custom.get("links", ())),
    )


def _add(bubbles: list[OutgoingMessage], message: OutgoingMessage) -> None:
    if message == OutgoingMessage():
        return
    if bubbles and _in_order(bubbles[-1], message):
        bubbles[-1] = _joined(bubbles[-1], message)
    else:
        bubbles.append(message)


def _in_order(first: OutgoingMessage, second: OutgoingMessage) -> bool:
    """Whether one bubble shows the parts of both in the order they were said."""
    last_of_first = max(_places(first), default=0)
    return last_of_first <= min(_places(second), default=0)


def _places(message: OutgoingMessage) -> list[int]:
    parts: Sequence[object] = (
        message.text,
        message.copyables,
        message.attachments,
        message.links,
    )
    return [place for place, part in enumerate(parts) if part]


def _joined(first: OutgoingMessage, second: OutgoingMessage) -> OutgoingMessage:
    return OutgoingMessage(
        text="\n\n".join(text for text in (first.text, second.text) if text),
        copyables=first.copyables + second.copyables,
        attachments=first.attachments + second.attachments,
        links=first.links + second.links,
    )


def _title(button: Mapping[str, Any]) -> str:
    return str(button["title"])[:MAX_TITLE_LENGTH]


def _payload(button: Mapping[str, Any]) -> str:
    return str(button.get("payload") or button["title"])
