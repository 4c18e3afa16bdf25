"""Telegram's HTML, of which little is needed: what is said must never be taken for a tag."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"</?code>")


def escape(text: str) -> str:
    """The text, whatever is in it, to be shown as it is."""
    return html.escape(text, quote=False)


def code(text: str) -> str:
    """A text that is copied in one tap."""
    return f"<code>{escape(text)}</code>"


def plain(markup: str) -> str:
    """What ``escape`` and ``code`` were given: what to send if Telegram takes no markup of ours."""
    return html.unescape(_TAG.sub("", markup))


def utf16_length(text: str) -> int:
    """A length as Telegram counts it: in UTF-16 units, without tags, so that an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
