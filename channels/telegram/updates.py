"""What Telegram sends, made sense of: lenient about what comes in, strict about what goes on.

Nothing here raises, whatever is in an update. Clara talks with one person in a private chat and
with nobody else: there the chat's id is the person's, so either names the same conversation.

A message is known by its own id rather than by its update's. Both are the same in every repeat;
but updates are numbered anew after a quiet week, or when the bot moves to another server, while
a message keeps its number in its chat for good.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from channels.assistant import IncomingMessage, Sender
from channels.outcomes import Ignored, Rejected, Renamed
from channels.telegram.commands import meant_by
from channels.telegram.contents import medium_of

NAME = "telegram"

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""Updates to ask Telegram for. Edits are asked for and left alone: a changed text says that the
customer saw a mistake, not that they want a second answer."""

_OPAQUE_ID = re.compile(r"[!-~]{1,64}")
_LARGEST_ID = 2**52  # Telegram's own promise
_BY_THE_FUTURE = timedelta(minutes=5)
_GONE = frozenset({"left", "kicked"})
_SHARED = ("group", "supergroup", "channel")


@dataclass(frozen=True)
class Accepted:
    """Something a customer said."""

    message: IncomingMessage


@dataclass(frozen=True)
class Declined:
    """Somebody wants Clara in a group or channel, where she does not speak."""

    chat_id: int


@dataclass(frozen=True)
class Blocked:
    """A customer wants to hear nothing from us."""

    sender: Sender


Outcome = Accepted | Ignored | Rejected | Declined | Blocked | Renamed


def query_of(update: Any) -> str | None:
    """The id of a tap on a button, which Telegram wants answered whatever came of it."""
    query = _mapping(_mapping(update).get("callback_query"))
    id_ = query.get("id")
    return id_ if isinstance(id_, str) and _OPAQUE_ID.fullmatch(id_) else None


def parse(update: Any, account: str, now: datetime) -> Outcome:
    """What an update to the bot ``account`` is, when it came at ``now``."""
    if not isinstance(update, dict):
        return Rejected("not an object")
    if isinstance(message := update.get("message"), dict):
        return _message(message, account, now)
    if isinstance(query := update.get("callback_query"), dict):
        return _tap(query, account, now)
    if isinstance(change := update.get("my_chat_member"), dict):
        return _membership(change, account)
    if isinstance(update.get("edited_message"), dict):
        return Ignored("edited")
    if isinstance(post := update.get("channel_post"), dict):
        chat_id = _id(_mapping(post.get("chat")).get("id"))
        return Declined(chat_id) if chat_id else Ignored("channel post")
    return Ignored("another kind of update")


def _message(message: dict[str, Any], account: str, now: datetime) -> Outcome:
    chat = _mapping(message.get("chat"))
    chat_id = _id(chat.get("id"))
    if chat_id is None:
        return Rejected("no chat")
    if chat.get("type") in _SHARED:
        return _in_a_group(message, chat_id, account)
    if chat.get("type") != "private" or chat_id < 0:
        return Rejected("an unknown kind of chat")
    if _mapping(message.get("from")).get("is_bot") is True:
        return Ignored("said by a bot")
    number = _id(message.get("message_id"))
    if number is None:
        return Rejected("no message id")
    incoming = IncomingMessage(
        sender=_sender(account, chat_id),
        message_id=f"m{number}",
        sent_at=_instant(message.get("date"), now),
    )
    return _content(message, incoming)


def _content(message: dict[str, Any], incoming: IncomingMessage) -> Outcome:
    text = message.get("text")
    if isinstance(text, str):
        if not text.strip():
            return Ignored("blank")
        return Accepted(replace(incoming, text=meant_by(text)))
    medium = medium_of(message)
    if medium is None:
        return Ignored("a notice")
    caption = message.get("caption")
    incoming = replace(
        incoming, medium=medium, caption=caption.strip() if isinstance(caption, str) else ""
    )
    album = message.get("media_group_id")
    if isinstance(album, str) and _OPAQUE_ID.fullmatch(album):
        return Accepted(replace(incoming, album=album))
    return Accepted(incoming)


def _tap(query: dict[str, Any], account: str, now: datetime) -> Outcome:
    """A tap comes without a time; Telegram drops it after 150 s, so that it is always fresh.

    The message it was made under may be absent, or too old to be shown: the id of the choice says
    all there is to know.
    """
    person = _id(_mapping(query.get("from")).get("id"))
    chat = _mapping(_mapping(query.get("message")).get("chat"))
    query_id = query_of({"callback_query": query})
    if person is None or person < 0 or query_id is None:
        return Rejected("no person or no id")
    if query.get("inline_message_id") is not None or chat.get("type", "private") != "private":
        return Ignored("a tap outside of a private chat")
    choice = query.get("data")
    if not isinstance(choice, str) or not _OPAQUE_ID.fullmatch(choice):
        return Ignored("a button that is none of ours")
    return Accepted(
        IncomingMessage(
            sender=_sender(account, person), message_id=f"q{query_id}", sent_at=now, choice=choice
        )
    )


def _membership(change: dict[str, Any], account: str) -> Outcome:
    chat = _mapping(change.get("chat"))
    chat_id = _id(chat.get("id"))
    status = _mapping(change.get("new_chat_member")).get("status")
    if chat_id is None or not isinstance(status, str):
        return Rejected("no chat or no status")
    if chat.get("type") in _SHARED:
        return Ignored("left a group") if status in _GONE else Declined(chat_id)
    if chat.get("type") != "private" or chat_id < 0:
        return Rejected("an unknown kind of chat")
    if status in _GONE:
        return Blocked(_sender(account, chat_id))
    return Ignored("unblocked")  # they are heard again when they write, and so is our answer


def _in_a_group(message: dict[str, Any], chat_id: int, account: str) -> Outcome:
    if new := _id(message.get("migrate_to_chat_id")):
        return Renamed(_sender(account, chat_id), _sender(account, new))
    if "left_chat_member" in message or "migrate_from_chat_id" in message:
        return Ignored("a notice")
    return Declined(chat_id)


def _sender(account: str, id_: int) -> Sender:
    return Sender(NAME, account, str(id_))


def _instant(value: Any, now: datetime) -> datetime:
    """An instant of Telegram's; the present one in place of what cannot be one."""
    if not _is_whole(value) or value <= 0:
        return now
    try:
        instant = datetime.fromtimestamp(value, timezone.utc)
    except (OverflowError, OSError, ValueError):
        return now
    return instant if instant <= now + _BY_THE_FUTURE else now


def _id(value: Any) -> int | None:
    return value if _is_whole(value) and value and abs(value) < _LARGEST_ID else None


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
