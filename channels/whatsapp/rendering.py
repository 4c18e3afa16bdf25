"""From a neutral message to messages of the Cloud API: one where possible.

Several bubbles may arrive out of order, and each counts against what one person may be sent. So
the first carries as much as it can: the text, the choices under it, and a document or picture
above it. What is to be copied follows, each code alone in its bubble, because WhatsApp copies
whole bubbles.

Limits are the Cloud API's (reference of each message type); an overlong field fails the whole
message, it is not cut by Meta.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from channels.choices import numbered
from channels.message import Attachment, Choice, Link, OutgoingMessage
from channels.sending import Capabilities, Pace, Request
from channels.splitting import split

CAPABILITIES = Capabilities(
    text=4_096,
    caption=1_024,
    buttons=3,
    button_title=20,
    list_rows=10,
    row_title=24,
    row_description=72,
    copy_text=0,
    document_bytes=100_000_000,
    image_bytes=5_000_000,
)
PACE = Pace(per_second=80.0, recipient_interval=6.0, recipient_burst=45)

BODY = 1_024
"""Of an interactive message. Lists are documented with more, and libraries refuse it."""

OPEN_LIST = "Ver opções"
ASK_TO_PICK = "O que você quer fazer?"
TO_COPY = "Para copiar, a seguir: {labels}."
_ELLIPSIS = "…"
_SHOWN = frozenset({"image/png", "image/jpeg"})

Body = dict[str, Any]


def render(message: OutgoingMessage) -> Sequence[Request]:
    """The messages that show a neutral one, but for whom they are for.

    ``leads`` marks the first: outside of the 24-hour window a template may stand for it.
    """
    requests = [*_said(message), *_codes(message)]
    if requests:
        requests[0]["leads"] = True
    return requests


def _said(message: OutgoingMessage) -> Iterator[Body]:
    """The text with what it takes along, and what it could not take."""
    text = _text(message)
    attachments = list(message.attachments)
    choices = _pickable(message.choices)
    if choices or _button_link(message):
        if len(text) > BODY:
            *parts, text = _tail(text)
            yield from map(_plain, parts)
        header = attachments.pop(0) if attachments and not _needs_list(choices) else None
        yield _interactive(message, text or ASK_TO_PICK, choices, header)
    elif attachments and len(text) <= CAPABILITIES.caption:
        yield _attachment(attachments.pop(0), text or None)
    else:
        yield from map(_plain, split(text, CAPABILITIES.text))
    yield from map(_attachment, attachments)


def _tail(text: str) -> list[str]:
    """The parts of a text of which the last fits an interactive message."""
    parts = split(text, CAPABILITIES.text)
    return parts if len(parts[-1]) <= BODY else [*parts[:-1], *split(parts[-1], BODY)]


def _codes(message: OutgoingMessage) -> Iterator[Body]:
    for copyable in message.copyables:
        yield from map(_plain, split(copyable.text, CAPABILITIES.text))


def _text(message: OutgoingMessage) -> str:
    """What is said, with what has no place of its own."""
    links = [] if _button_link(message) else message.links
    labels = ", ".join(copyable.label for copyable in message.copyables)
    in_words = not _pickable(message.choices) or _are_cut(message.choices)
    parts = (
        message.text.strip(),
        *(f"{link.title}: {link.url}" for link in links),
        numbered(message.choices) if in_words else "",
        TO_COPY.format(labels=labels) if labels else "",
    )
    return "\n\n".join(part for part in parts if part)


def _pickable(choices: Sequence[Choice]) -> Sequence[Choice]:
    """The choices as buttons or rows; none if there are too many, and words stand for them."""
    return choices if len(choices) <= CAPABILITIES.list_rows else ()


def _needs_list(choices: Sequence[Choice]) -> bool:
    titles = [choice.title.strip() for choice in choices]
    return (
        len(choices) > CAPABILITIES.buttons
        or len(set(titles)) < len(titles)
        or any(len(title) > CAPABILITIES.button_title for title in titles)
        or any(choice.description for choice in choices)
    )


def _button_link(message: OutgoingMessage) -> Link | None:
    """A link that can have the one button of a message to itself."""
    if message.choices or len(message.links) != 1:
        return None
    link = message.links[0]
    parts = urlsplit(link.url)
    public = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    return link if public and len(link.title) <= CAPABILITIES.button_title else None


def _interactive(
    message: OutgoingMessage, text: str, choices: Sequence[Choice], header: Attachment | None
) -> Body:
    content: Body = {"body": {"text": text}}
    if link := _button_link(message):
        parameters = {"display_text": link.title, "url": link.url}
        content |= {"type": "cta_url", "action": {"name": "cta_url", "parameters": parameters}}
    elif _needs_list(choices):
        rows = _rows(choices)
        content |= {"type": "list", "action": {"button": OPEN_LIST, "sections": [{"rows": rows}]}}
    else:
        replies = [{"id": choice.id, "title": choice.title.strip()} for choice in choices]
        buttons = [{"type": "reply", "reply": reply} for reply in replies]
        content |= {"type": "button", "action": {"buttons": buttons}}
    request: Body = {"type": "interactive", "interactive": content}
    if header:
        kind = _kind(header)
        content["header"] = {"type": kind, kind: _named(header)}
        request["attachment"] = header.id
    return request


def _rows(choices: Sequence[Choice]) -> list[Body]:
    """If one of them has no room, all have the number that they have in the text above."""
    numbers = range(1, len(choices) + 1) if _are_cut(choices) else [None] * len(choices)
    return [_row(choice, number) for choice, number in zip(choices, numbers, strict=True)]


def _row(choice: Choice, number: int | None) -> Body:
    """A row; a title that is too long is whole in the description, if that has room for it."""
    title, description = choice.title.strip(), _description(choice)
    if number:
        title = f"{number}. {title}"
    row = {"id": choice.id, "title": _cut(title, CAPABILITIES.row_title)}
    if description:
        row["description"] = _cut(description, CAPABILITIES.row_description)
    return row


def _description(choice: Choice) -> str:
    title, description = choice.title.strip(), choice.description.strip()
    if len(title) <= CAPABILITIES.row_title:
        return description
    return f"{title}: {description}" if description else title


def _are_cut(choices: Sequence[Choice]) -> bool:
    return any(len(_description(one)) > CAPABILITIES.row_description for one in choices)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else split(text, limit - 1)[0] + _ELLIPSIS


def _plain(text: str) -> Body:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _attachment(attachment: Attachment, caption: str | None = None) -> Body:
    kind = _kind(attachment)
    words = _cut(attachment.description if caption is None else caption, CAPABILITIES.caption)
    content = _named(attachment) | ({"caption": words} if words else {})
    return {"type": kind, kind: content, "attachment": attachment.id}


def _kind(attachment: Attachment) -> str:
    return "image" if attachment.media_type in _SHOWN else "document"


def _named(attachment: Attachment) -> Body:
    """A document has its name shown, and its icon chosen by it; an image has none."""
    return {} if _kind(attachment) == "image" else {"filename": attachment.filename}
