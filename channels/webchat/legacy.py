"""What Clara says, in the shapes that Rasa's own widgets know.

They show a text only if it is alone in its message, and drop buttons once anything follows them:
so every part is a message of its own, and choices come last. A copyable stands bare in its
bubble, to be marked and copied whole. Links and documents are spelled out, as no widget knows
a shape for them that all others know too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from channels.message import Attachment, Choice, OutgoingMessage

AttachmentUrl = Callable[[Attachment], str]
_PICK = "Escolha uma opção:"


def render(message: OutgoingMessage, url: AttachmentUrl) -> list[dict[str, Any]]:
    """Return the ``bot_uttered`` payloads of a message; ``url`` makes an absolute address."""
    payloads: list[dict[str, Any]] = [{"text": text} for text in _texts(message, url)]
    payloads += [
        {"attachment": {"type": "image", "payload": {"src": url(attachment)}}}
        for attachment in message.attachments
        if attachment.is_image
    ]
    if message.choices:
        alone = len(payloads) == 1 and "text" in payloads[0]
        introduction = payloads.pop()["text"] if alone else _PICK
        payloads.append(_question(str(introduction), message.choices))
    return payloads


def _texts(message: OutgoingMessage, url: AttachmentUrl) -> list[str]:
    texts = [message.text]
    for copyable in message.copyables:
        texts += [f"{copyable.label}:", copyable.text]
    texts += [f"{link.title}: {link.url}" for link in message.links]
    texts += [
        f"{attachment.description or attachment.filename}: {url(attachment)}"
        for attachment in message.attachments
        if not attachment.is_image
    ]
    return [text for text in texts if text]


def _question(introduction: str, choices: tuple[Choice, ...]) -> dict[str, Any]:
    described = [
        f"{choice.title}: {choice.description}" for choice in choices if choice.description
    ]
    return {
        "text": "\n".join([introduction, *described]),
        "quick_replies": [
            {"content_type": "text", "title": choice.title, "payload": choice.id}
            for choice in choices
        ],
    }
