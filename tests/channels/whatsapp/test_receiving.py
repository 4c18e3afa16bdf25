"""Webhooks: verified, parsed, stored, acknowledged."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from channels.assistant import Medium
from channels.sending import ReceiptStatus, Remedy
from channels.whatsapp.signature import sign
from tests.channels.whatsapp.channel import RunningChannel, clock
from tests.servers.whatsapp import (
    APP_SECRET,
    NUMBER_ID,
    OTHER_NUMBER_ID,
    VERIFY_TOKEN,
    WhatsAppServer,
    payload,
)


async def test_a_text_is_accepted(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    maria = whatsapp.person("Maria", "5591980000001")
    await maria.say("quero a segunda via")
    (message,) = running.recorder.accepted
    assert message.text == "quero a segunda via"
    sender = message.sender
    assert (sender.channel, sender.account, sender.id) == ("whatsapp", NUMBER_ID, maria.phone)
    assert [one.id for one in message.also] == ["559180000001", maria.user_id]
    assert message.message_id.startswith("wamid.")
    assert message.sent_at == clock()
    assert whatsapp.deliveries == [200]


async def test_the_handshake_gives_the_challenge_back(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    answer = await whatsapp.shake_hands(
        **{"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFY_TOKEN}
    )
    assert answer == (200, "1158201444")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "wrong"},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": VERIFY_TOKEN + "x"},
        {"hub.mode": "unsubscribe", "hub.challenge": "1", "hub.verify_token": VERIFY_TOKEN},
        {"hub.mode": "subscribe", "hub.challenge": "<script>", "hub.verify_token": VERIFY_TOKEN},
        {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN},
    ],
)
async def test_a_wrong_handshake_is_refused(
    running: RunningChannel, whatsapp: WhatsAppServer, query: dict[str, str]
) -> None:
    status, body = await whatsapp.shake_hands(**query)
    assert status in (400, 403)
    assert body == ""


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "0" * 64, "sha256=é"],
)
async def test_without_the_signature_nothing_is_read(
    running: RunningChannel, whatsapp: WhatsAppServer, signature: str
) -> None:
    body = json.dumps(payload(messages=[whatsapp.person().message("text", {"body": "oi"})]))
    assert await whatsapp.post(body.encode(), signature.encode().decode("latin-1")) == 403
    assert running.recorder.accepted == []


async def test_a_signature_of_another_body_is_refused(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    body = json.dumps(payload()).encode()
    assert await whatsapp.post(body + b" ", sign(body, APP_SECRET)) == 403
    assert await whatsapp.post(body, sign(body, "f" * 32)) == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'{"object":"whatsapp_business_account","entry":[{"ch',
        b"[" * 100_000,
        b'{"entry":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"object":' + b"9" * 10_000 + b"}",
    ],
    ids=["empty", "brace", "bytes", "null", "list", "cut", "deep", "nested", "long number"],
)
async def test_what_cannot_be_read_is_not_asked_for_again(
    running: RunningChannel, whatsapp: WhatsAppServer, body: bytes
) -> None:
    assert await whatsapp.post(body) == 200
    await whatsapp.person().say("e depois?")
    assert running.recorder.texts == ["e depois?"]


async def test_more_than_any_batch_is_refused_unread(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    try:
        status = await whatsapp.post(b" " * (5 * 1024 * 1024))
    except aiohttp.ClientError:  # cut off in the middle of it
        return
    assert status == 413


async def test_a_batch_is_taken_whole_and_in_order(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria, jose = whatsapp.person("Maria"), whatsapp.person("José")
    first = payload(
        messages=[maria.message("text", {"body": f"maria {n}"}) for n in range(400)],
        statuses=[{"id": f"wamid.s{n}", "status": "sent", "timestamp": 1} for n in range(200)],
    )
    second = payload(messages=[jose.message("text", {"body": f"jose {n}"}) for n in range(400)])
    batch = {"object": first["object"], "entry": [*first["entry"], *second["entry"]]}
    batch["entry"][1]["changes"] *= 2  # the same change twice: every message of it is a repeat
    await whatsapp.deliver(batch)
    assert running.recorder.texts == [
        *(f"maria {n}" for n in range(400)),
        *(f"jose {n}" for n in range(400)),
    ]
    assert running.recorder.repeats == 400
    assert len(running.recorder.receipts) == 200


async def test_what_cannot_be_stored_comes_again(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria = whatsapp.person()
    running.recorder.faults = [RuntimeError("the records are away")] * 2
    await maria.say("um")
    await maria.say("dois")
    assert running.recorder.texts == ["um", "dois"]
    assert whatsapp.deliveries == [503, 503, 200, 200]


async def test_five_deliveries_at_once_are_one_message(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    body = json.dumps(payload(messages=[whatsapp.person().message("text", {"body": "oi"})]))
    statuses = await asyncio.gather(*(whatsapp.post(body.encode()) for _ in range(5)))
    assert statuses == [200] * 5
    assert running.recorder.texts == ["oi"]


async def test_a_tap_and_a_row_are_choices(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria = whatsapp.person()
    for kind in ("button_reply", "list_reply"):
        reply = {"id": "c_0123456789abcdefghijkl", "title": "Pix"}
        await maria.send("interactive", {"type": kind, kind: reply})
    assert [one.choice for one in running.recorder.accepted] == ["c_0123456789abcdefghijkl"] * 2
    assert running.recorder.texts == [None, None]


async def test_whoever_has_no_number_is_known_by_their_scoped_id(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    ana = whatsapp.person("Ana", phone=None)
    await ana.say("oi")
    (message,) = running.recorder.accepted
    assert message.sender.id == ana.user_id
    assert message.also == ()


async def test_a_landline_has_no_ninth_digit(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    await whatsapp.person("Loja", "559132170000").say("oi")
    assert [one.id for one in running.recorder.accepted[0].also] == ["BR.1500000000000001"]


async def test_another_number_of_the_account_is_not_ours(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    message = whatsapp.person().message("text", {"body": "oi"})
    await whatsapp.deliver(payload(OTHER_NUMBER_ID, messages=[message]))
    assert running.recorder.accepted == []


async def test_statuses_become_receipts_with_our_key(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    names = ("sent", "delivered", "read", "played", "invented")
    statuses = [
        {
            "id": "wamid.1",
            "status": name,
            "timestamp": "1790000000",
            "biz_opaque_callback_data": "k1",
        }
        for name in names
    ]
    await whatsapp.deliver(payload(statuses=statuses))
    receipts = running.recorder.receipts
    assert [one.status.name for one in receipts] == ["SENT", "DELIVERED", "READ", "READ"]
    assert {(one.provider_id, one.key, one.at) for one in receipts} == {("wamid.1", "k1", clock())}


async def test_a_failure_says_why_and_what_helps(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    error = {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "24 h"}}
    status = {"id": "wamid.1", "status": "failed", "timestamp": 1790000000, "errors": [error]}
    await whatsapp.deliver(payload(statuses=[status]))
    (receipt,) = running.recorder.receipts
    assert receipt.status is ReceiptStatus.FAILED
    assert receipt.remedy is Remedy.GIVE_UP
    assert receipt.reason == "131047: fora da janela de 24 horas"


async def test_a_new_number_or_id_is_the_same_person(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria = whatsapp.person("Maria", "5591980000001")
    system = {"type": "user_changed_number", "wa_id": "5591980000002", "customer": maria.phone}
    await maria.send("system", system)
    system = {"type": "user_changed_user_id", "user_id": "BR.2", "body": "User changed"}
    await whatsapp.person("Ana", phone=None).send("system", system)
    ids = {"previous": "BR.3", "current": "BR.4"}
    content = payload()
    content["entry"][0]["changes"] = [{"field": "user_id_update", "value": {"user_id": ids}}]
    await whatsapp.deliver(content)
    assert running.recorder.renames == [
        ("5591980000001", "5591980000002"),
        ("559180000001", "5591980000002"),
        ("BR.1500000000000002", "BR.2"),
        ("BR.3", "BR.4"),
    ]
    assert running.recorder.accepted == []


@pytest.mark.parametrize(
    ("kind", "content", "medium"),
    [
        ("audio", {"id": "1", "mime_type": "audio/ogg", "voice": True}, Medium.AUDIO),
        ("image", {"id": "1", "caption": " minha conta "}, Medium.IMAGE),
        ("video", {"id": "1"}, Medium.VIDEO),
        ("document", {"id": "1", "filename": "a.pdf"}, Medium.DOCUMENT),
        ("sticker", {"id": "1", "animated": False}, Medium.STICKER),
        ("location", {"latitude": -1.4, "longitude": -48.5}, Medium.LOCATION),
        ("contacts", {}, Medium.CONTACT),
        ("order", {"catalog_id": "1"}, Medium.OTHER),
        ("unsupported", {"type": "poll"}, Medium.OTHER),
        ("hologram", {}, Medium.OTHER),
    ],
)
async def test_what_is_not_text_keeps_its_kind(
    running: RunningChannel, whatsapp: WhatsAppServer, kind: str, content: dict, medium: Medium
) -> None:
    await whatsapp.person().send(kind, content)
    (message,) = running.recorder.accepted
    assert message.medium is medium
    assert message.caption == ("minha conta" if kind == "image" else "")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("reaction", {"message_id": "wamid.1", "emoji": "😮"}),
        ("reaction", {"message_id": "wamid.1"}),
        ("edit", {"original_message_id": "wamid.1", "message": {"type": "text"}}),
        ("revoke", {"original_message_id": "wamid.1"}),
        ("system", {"type": "customer_identity_changed"}),
        ("text", {"body": "   "}),
        ("interactive", {"type": "call_permission_reply", "call_permission_reply": {}}),
    ],
)
async def test_what_wants_no_answer_gets_none(
    running: RunningChannel, whatsapp: WhatsAppServer, kind: str, content: dict
) -> None:
    await whatsapp.person().send(kind, content)
    assert running.recorder.accepted == []
    assert whatsapp.deliveries == [200]
