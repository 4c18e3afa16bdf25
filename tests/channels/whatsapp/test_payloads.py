"""What each kind of payload becomes: the table of ``payloads/``, by itself and over HTTP; and that
nothing at all makes the parser raise.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.assistant import IncomingMessage
from channels.outcomes import Ignored, Rejected, Renamed
from channels.sending import Receipt
from channels.whatsapp.outcomes import Accepted, Outcome, Reported
from channels.whatsapp.payloads import parse
from tests.channels.whatsapp.channel import RunningChannel
from tests.channels.whatsapp.table import CASES
from tests.servers.whatsapp import NUMBER_ID, WhatsAppServer

NOW = datetime.fromtimestamp(1_790_000_100, timezone.utc)


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome in the words of the table."""
    if isinstance(outcome, Accepted):
        return {"accepted": _message(outcome.message)}
    if isinstance(outcome, Reported):
        return {"reported": _receipt(outcome.receipt)}
    if isinstance(outcome, Renamed):
        return {"renamed": [outcome.old.id, outcome.new.id]}
    return {type(outcome).__name__.lower(): outcome.reason}


def _message(message: IncomingMessage) -> dict[str, Any]:
    assert (message.sender.channel, message.sender.account) == ("whatsapp", NUMBER_ID)
    content = {
        "text": message.text,
        "choice": message.choice,
        "medium": message.medium and message.medium.value,
        "caption": message.caption or None,
    }
    return {
        "sender": message.sender.id,
        "also": [one.id for one in message.also],
        "message_id": message.message_id,
        "sent_at": int(message.sent_at.timestamp()),
    } | {key: value for key, value in content.items() if value is not None}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    failure = {"reason": receipt.reason, "remedy": receipt.remedy and receipt.remedy.value}
    return {
        "provider_id": receipt.provider_id,
        "status": receipt.status.name,
        "at": int(receipt.at.timestamp()),
        "key": receipt.key,
    } | {key: value for key, value in failure.items() if value}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_payload_becomes(case: dict[str, Any]) -> None:
    assert [told(one) for one in parse(case["payload"], NUMBER_ID, NOW)] == case["becomes"]


def test_the_table_has_every_kind_of_case() -> None:
    outcomes = [one for case in CASES.values() for one in case["becomes"]]
    kinds = Counter(next(iter(one)) for one in outcomes)
    assert set(kinds) == {
        "accepted", "reported", "renamed", "troubled", "ignored", "rejected"
    }  # fmt: skip
    assert len(CASES) >= 120
    media = {one.get("accepted", {}).get("medium") for one in outcomes}
    assert media >= {"audio", "image", "video", "document", "sticker", "location", "contact"}


async def test_every_payload_of_the_table_is_taken_over_http(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    for name, case in CASES.items():
        assert await whatsapp.post(json.dumps(case["payload"]).encode()) == 200, name
    outcomes = [one for case in CASES.values() for one in case["becomes"]]
    accepted = [one["accepted"] for one in outcomes if "accepted" in one]
    heard = {(one.sender.id, one.message_id) for one in running.recorder.accepted}
    assert heard == {(one["sender"], one["message_id"]) for one in accepted}
    assert len(running.recorder.receipts) == sum("reported" in one for one in outcomes)
    assert len(running.recorder.renames) == sum("renamed" in one for one in outcomes)


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["text", "image", "system", "interactive", "5591980000001", "BR.1", "c_1"])
)  # fmt: skip
keys = st.sampled_from(
    [
        "from", "from_user_id", "id", "type", "timestamp", "text", "body", "interactive", "system",
        "button_reply", "list_reply", "title", "image", "caption", "wa_id", "user_id", "group_id",
        "errors", "code", "status", "biz_opaque_callback_data", "customer",
    ]
)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=8),
    max_leaves=25,
)
messages = st.fixed_dictionaries(
    {"id": st.just("wamid.1") | scalars},
    optional={
        "from": scalars, "from_user_id": scalars, "type": scalars, "timestamp": scalars,
        "text": anything, "interactive": anything, "system": anything, "image": anything,
        "group_id": scalars, "status": st.sampled_from(["sent", "failed"]), "errors": anything,
        "biz_opaque_callback_data": scalars,
    },
)  # fmt: skip
values = st.fixed_dictionaries(
    {"metadata": st.just({"phone_number_id": NUMBER_ID}) | anything},
    optional={
        "messages": st.lists(messages | anything, max_size=3) | anything,
        "statuses": st.lists(messages | anything, max_size=3) | anything,
        "contacts": st.lists(messages | anything, max_size=2) | anything,
        "user_id": anything,
    },
)
fields = st.sampled_from(["messages", "user_id_update"]) | scalars
changes = st.fixed_dictionaries({"field": fields, "value": values | anything})
payloads = st.fixed_dictionaries(
    {
        "object": st.just("whatsapp_business_account"),
        "entry": st.lists(
            st.fixed_dictionaries({"changes": st.lists(changes | anything, max_size=3) | anything})
            | anything,
            max_size=2,
        )
        | anything,
    }
)


@given(anything | payloads)
def test_nothing_makes_the_parser_raise(payload: Any) -> None:
    for outcome in parse(payload, NUMBER_ID, NOW):
        if isinstance(outcome, Accepted):
            said = outcome.message
            assert sum(one is not None for one in (said.text, said.choice, said.medium)) == 1
            assert said.sent_at.tzinfo is not None
            assert 0 < len(said.message_id) <= 128
        if isinstance(outcome, Ignored | Rejected):
            assert outcome.reason.isascii()  # of ours, never of theirs
