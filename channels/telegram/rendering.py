"""From a neutral message to calls of the Bot API: one where possible.

A text of its own goes first, then long codes, each alone in its message so that nothing else is
copied with it, then attachments; all buttons stand under the last. A single attachment takes the
text for its caption. Limits hold after Telegram has taken the tags away, so they are counted on
the text before it gets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from channels.choices import explained, numbered
from channels.message import Attachment, Choice, Copyable, Link, OutgoingMessage
from channels.sending import Capabilities, Pace, Request
from channels.splitting import split
from channels.telegram.html import code, escape, utf16_length

CAPABILITIES = Capabilities(
    text=4_096,
    caption=1_024,
    buttons=90,  # of the hundred that an inline keyboard takes, with some left for links and codes
    button_title=40,  # longer ones are taken, and cut by the screen
    list_rows=0,
    row_title=0,
    row_description=0,
    copy_text=256,
    document_bytes=50_000_000,
    image_bytes=10_000_000,
)
PACE = Pace(per_second=30.0, recipient_interval=1.0, recipient_burst=3)

ASK_TO_PICK = "Toque em uma das opções:"
"""Telegram shows no buttons without a text above them."""

_PHOTOS = frozenset({"image/png", "image/jpeg"})
_ELLIPSIS = "…"

Button = dict[str, Any]


def render(message: OutgoingMessage) -> Sequence[Request]:
    """The calls that show a message, but for whom they are for."""
    buttons = list(_buttons(message))
    longer = [one for one in message.copyables if not _fits_button(one)]
    text = _text(message)
    alone = len(message.attachments) == 1 and not longer
    if alone and utf16_length(text) <= CAPABILITIES.caption:
        requests = [_attachment(message.attachments[0], text or None)]
    else:
        requests = [_text_request(escape(part)) for part in _parts(text)]
        requests += [request for one in longer for request in _code(one)]
        requests += [_attachment(one) for one in message.attachments]
    if buttons:
        requests = requests or [_text_request(ASK_TO_PICK)]
        requests[-1]["parameters"]["reply_markup"] = {
            "inline_keyboard": [[button] for button in buttons]
        }
    return requests


def _text(message: OutgoingMessage) -> str:
    """What is said, with what the buttons have no room for."""
    if _are_many(message.choices) or _are_cut(message.choices):
        listed = numbered(message.choices)
    else:
        listed = explained(choice for choice in message.choices if choice.description)
    addresses = [f"{link.title}: {link.url}" for link in message.links if not _is_public(link)]
    return "\n\n".join(part for part in (message.text.strip(), *addresses, listed) if part)


def _parts(text: str) -> list[str]:
    return split(text, CAPABILITIES.text, utf16_length)


def _buttons(message: OutgoingMessage) -> Iterator[Button]:
    for copyable in filter(_fits_button, message.copyables):
        yield {"text": _title(copyable.label), "copy_text": {"text": copyable.text}}
    for link in filter(_is_public, message.links):
        yield {"text": _title(link.title), "url": link.url}
    if not _are_many(message.choices):
        are_numbered = _are_cut(message.choices)
        for number, choice in enumerate(message.choices, start=1):
            title = f"{number}. {choice.title}" if are_numbered else choice.title
            yield {"text": _title(title), "callback_data": choice.id}


def _code(copyable: Copyable) -> Iterable[dict[str, Any]]:
    """The label says what comes; the code comes alone."""
    return [
        _text_request(escape(f"{copyable.label}:")),
        *(_text_request(code(part)) for part in _parts(copyable.text)),
    ]


def _text_request(markup: str) -> dict[str, Any]:
    return {
        "method": "sendMessage",
        "parameters": {
            "text": markup,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
    }


def _attachment(attachment: Attachment, caption: str | None = None) -> dict[str, Any]:
    shown = attachment.media_type in _PHOTOS
    words = attachment.description if caption is None else caption
    (caption, *_) = split(words, CAPABILITIES.caption, utf16_length) or [""]
    return {
        "method": "sendPhoto" if shown else "sendDocument",
        "parameters": {"caption": escape(caption), "parse_mode": "HTML"},
        "attachment": attachment.id,
    }


def _are_cut(choices: Sequence[Choice]) -> bool:
    """Whether a button has no room for its title: then numbers tell them apart."""
    return any(utf16_length(choice.title) > CAPABILITIES.button_title for choice in choices)


def _are_many(choices: Sequence[Choice]) -> bool:
    return len(choices) > CAPABILITIES.buttons


def _fits_button(copyable: Copyable) -> bool:
    return utf16_length(copyable.text) <= CAPABILITIES.copy_text


def _is_public(link: Link) -> bool:
    """Whether a button can lead there: Telegram refuses addresses of one's own machine."""
    parts = urlsplit(link.url)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")


def _title(title: str) -> str:
    if utf16_length(title) <= CAPABILITIES.button_title:
        return title
    return split(title, CAPABILITIES.button_title - 1, utf16_length)[0] + _ELLIPSIS
