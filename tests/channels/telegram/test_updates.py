"""What each kind of update becomes: the table of ``updates/``, by itself and over HTTP; and that
nothing at all makes the parser raise.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.assistant import IncomingMessage
from channels.outcomes import Ignored, Rejected, Renamed
from channels.telegram.updates import (
    Accepted,
    Blocked,
    Declined,
    Outcome,
    parse,
    query_of,
)
from tests.channels.telegram.channel import SECRET, RunningChannel
from tests.channels.telegram.table import CASES
from tests.servers.telegram import TelegramServer

ACCOUNT = "7000000001"
NOW = datetime.fromtimestamp(1_790_000_100, timezone.utc)


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome in the words of the table."""
    if isinstance(outcome, Accepted):
        return {"accepted": _message(outcome.message)}
    if isinstance(outcome, Blocked):
        return {"blocked": outcome.sender.id}
    if isinstance(outcome, Renamed):
        return {"renamed": [outcome.old.id, outcome.new.id]}
    if isinstance(outcome, Declined):
        return {"declined": outcome.chat_id}
    return {type(outcome).__name__.lower(): outcome.reason}


def _message(message: IncomingMessage) -> dict[str, Any]:
    assert (message.sender.channel, message.sender.account) == ("telegram", ACCOUNT)
    content = {
        "text": message.text,
        "choice": message.choice,
        "medium": message.medium and message.medium.value,
        "caption": message.caption or None,
        "album": message.album,
    }
    return {
        "sender": message.sender.id,
        "message_id": message.message_id,
        "sent_at": int(message.sent_at.timestamp()),
    } | {key: value for key, value in content.items() if value is not None}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_an_update_becomes(case: dict[str, Any]) -> None:
    becomes = dict(case["becomes"])
    assert query_of(case["update"]) == becomes.pop("query", None)
    assert told(parse(case["update"], ACCOUNT, NOW)) == becomes


def test_the_table_has_every_kind_of_case() -> None:
    kinds = Counter(next(iter(case["becomes"])) for case in CASES.values())
    assert set(kinds) == {"accepted", "ignored", "rejected", "declined", "blocked", "renamed"}
    assert len(CASES) >= 120
    media = {case["becomes"].get("accepted", {}).get("medium") for case in CASES.values()}
    assert media >= {"audio", "image", "video", "document", "sticker", "location", "contact"}


async def test_every_update_of_the_table_is_taken_over_http(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession(headers=headers) as http:
        for name, case in CASES.items():
            async with http.post(running.url, json=case["update"]) as response:
                assert response.status == 200, name
    accepted = [case["becomes"]["accepted"] for case in CASES.values() if _is_accepted(case)]
    known = {(one["sender"], one["message_id"]) for one in accepted}
    heard = {(one.sender.id, one.message_id) for one in running.recorder.accepted}
    assert heard == known
    queries = [case["becomes"]["query"] for case in CASES.values() if "query" in case["becomes"]]
    await telegram.until(lambda: len(telegram.called("answerCallbackQuery")) == len(queries))


def _is_accepted(case: dict[str, Any]) -> bool:
    return "accepted" in case["becomes"]


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["private", "group", "member", "kicked", "c_1", 5550000001, -5])
)  # fmt: skip
keys = st.sampled_from(
    [
        "message", "edited_message", "callback_query", "my_chat_member", "channel_post", "chat",
        "from", "id", "type", "text", "date", "message_id", "data", "photo", "voice", "caption",
        "media_group_id", "new_chat_member", "status", "migrate_to_chat_id", "is_bot",
        "inline_message_id", "pinned_message",
    ]
)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=8),
    max_leaves=25,
)


def nested(content: Any) -> Any:
    return st.fixed_dictionaries({}, optional=content)


chats = nested({"id": scalars, "type": scalars}) | anything
people = nested({"id": scalars, "is_bot": scalars}) | anything
messages = nested(
    {
        "message_id": scalars, "chat": chats, "from": people, "date": scalars, "text": anything,
        "caption": anything, "photo": anything, "media_group_id": anything,
        "migrate_to_chat_id": scalars, "new_chat_members": anything,
    }
)  # fmt: skip
updates = nested(
    {
        "message": messages, "edited_message": messages, "channel_post": messages,
        "callback_query": nested(
            {"id": scalars, "from": people, "message": messages, "data": anything}
        ),
        "my_chat_member": nested(
            {"chat": chats, "new_chat_member": nested({"status": anything})}
        ),
    }
)  # fmt: skip


@given(anything | updates)
def test_nothing_makes_the_parser_raise(update: Any) -> None:
    outcome = parse(update, ACCOUNT, NOW)
    query_of(update)
    if isinstance(outcome, Accepted):
        message = outcome.message
        assert sum(one is not None for one in (message.text, message.choice, message.medium)) == 1
        assert message.sender.id.isdigit()
        assert message.sent_at.tzinfo is not None
        assert 0 < len(message.message_id) <= 65
    if isinstance(outcome, (Ignored, Rejected)):
        assert outcome.reason.isascii()  # of ours, never of theirs
