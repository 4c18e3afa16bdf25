"""What a WhatsApp message says: a text, a choice, or something that Clara cannot read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.assistant import Medium
from channels.whatsapp.fields import mapping

MEDIA = {
    "audio": Medium.AUDIO,
    "voice": Medium.AUDIO,
    "image": Medium.IMAGE,
    "video": Medium.VIDEO,
    "document": Medium.DOCUMENT,
    "sticker": Medium.STICKER,
    "location": Medium.LOCATION,
    "contacts": Medium.CONTACT,
}
"""By ``type``. A contact that was asked for and one shared by hand are the same to Clara: neither
proves anything about who writes."""

SILENT = {
    "reaction": "a reaction",
    "edit": "an edit",
    "revoke": "a deletion",
    "ephemeral": "a notice",
    "system": "a notice",
}
"""Types that no answer belongs to, with what they are."""

NOT_PASSED_ON = SILENT | dict.fromkeys(("pin", "keep_in_chat", "poll_update"), "an act in the chat")
"""What WhatsApp keeps to itself, by ``unsupported.type``, and no answer belongs to."""

_CHOICE_ID = re.compile(r"[!-~]{1,64}")
_OWN_CHOICE = re.compile(r"c_[A-Za-z0-9_-]{1,62}")


@dataclass(frozen=True)
class Said:
    """Exactly one of text, choice and medium."""

    text: str | None = None
    choice: str | None = None
    medium: Medium | None = None
    caption: str = ""


def said_in(message: Mapping[str, Any]) -> Said | str:
    """What a message says, or why there is nothing to answer.

    What WhatsApp invents after this was written, and what it could not pass on ("unsupported"), is
    somebody's message all the same.
    """
    kind = message.get("type")
    if kind in SILENT:
        return SILENT[kind]
    content = mapping(message.get(kind)) if isinstance(kind, str) else {}
    if kind == "text":
        return _text(content.get("body"))
    if kind == "button":  # below a template of ours: its payload may be anything, its words not
        return _text(content.get("text"))
    if kind == "interactive":
        return _interactive(content)
    if kind == "unsupported":
        return _unsupported(content.get("type"))
    if kind in MEDIA:
        caption = content.get("caption")
        return Said(medium=MEDIA[kind], caption=caption.strip() if isinstance(caption, str) else "")
    return Said(medium=Medium.OTHER)


def _text(body: Any) -> Said | str:
    if not isinstance(body, str):
        return Said(medium=Medium.OTHER)
    return Said(text=body) if body.strip() else "blank"


def _unsupported(kind: Any) -> Said | str:
    """What was kept from us; sometimes it is said what it is."""
    if not isinstance(kind, str):
        return Said(medium=Medium.OTHER)
    return NOT_PASSED_ON.get(kind) or Said(medium=MEDIA.get(kind, Medium.OTHER))


def _interactive(content: Mapping[str, Any]) -> Said | str:
    for kind in ("button_reply", "list_reply"):
        reply = mapping(content.get(kind))
        id_, title = reply.get("id"), reply.get("title")
        if isinstance(id_, str) and _OWN_CHOICE.fullmatch(id_):
            return Said(choice=id_)
        if isinstance(title, str) and title.strip():
            return Said(text=title)  # of somebody else's message in the same chat
        if isinstance(id_, str) and _CHOICE_ID.fullmatch(id_):
            return Said(choice=id_)  # answered as one that has expired
    if "call_permission_reply" in content:
        return "an answer about calls"
    return Said(medium=Medium.OTHER)
