"""A line of the transcript as clients of the extension get it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timezone
from typing import Any

from channels.assistant import Entry
from channels.message import Attachment

AttachmentPath = Callable[[Attachment], str]


def render(entry: Entry, path: AttachmentPath) -> dict[str, Any]:
    """Return the JSON of an entry; ``path`` makes the link of an attachment."""
    message = entry.message
    return {
        "number": entry.number,
        "author": entry.author.value,
        "message_id": entry.message_id,
        "at": entry.at.astimezone(timezone.utc).isoformat().replace("+00:00", "Z"),
        "text": message.text,
        "choices": [
            {"id": choice.id, "title": choice.title, "description": choice.description}
            for choice in message.choices
        ],
        "copyables": [asdict(copyable) for copyable in message.copyables],
        "attachments": [_attachment(one, path) for one in message.attachments],
        "links": [asdict(link) for link in message.links],
    }


def _attachment(attachment: Attachment, path: AttachmentPath) -> dict[str, str]:
    return {
        "url": path(attachment),
        "filename": attachment.filename,
        "media_type": attachment.media_type,
        "description": attachment.description,
    }
