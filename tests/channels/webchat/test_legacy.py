"""Rasa's own widgets: what they send is understood, and they are sent what they know."""

from __future__ import annotations

import pytest

from channels.assistant import Content
from channels.message import Attachment, Choice, Copyable, Link, OutgoingMessage
from channels.webchat import legacy
from tests.channels.webchat.assistant import ScriptedAssistant
from tests.channels.webchat.client import connected
from tests.servers.webchat import WebChatServer

CHOICE = Choice("c_" + "A" * 22, "Segunda via")
DESCRIBED = Choice("c_" + "B" * 22, "Religação", "até 24 horas")
BILL = Attachment("bill", "fatura.pdf", "application/pdf", "Fatura de março")
CODE = Attachment("code", "pix.png", "image/png", "QR Code do Pix")


def reply(choice: Choice) -> dict[str, str]:
    return {"content_type": "text", "title": choice.title, "payload": choice.id}


def image(attachment: Attachment) -> dict[str, object]:
    return {"attachment": {"type": "image", "payload": {"src": f"https://x/{attachment.id}"}}}


@pytest.mark.parametrize(
    ("message", "payloads"),
    [
        (OutgoingMessage("Oi"), [{"text": "Oi"}]),
        (OutgoingMessage(), []),
        (
            OutgoingMessage("Posso ajudar?", choices=(CHOICE,)),
            [{"text": "Posso ajudar?", "quick_replies": [reply(CHOICE)]}],
        ),
        (
            OutgoingMessage("Qual?", choices=(CHOICE, DESCRIBED)),
            [
                {
                    "text": "Qual?\nReligação: até 24 horas",
                    "quick_replies": [reply(CHOICE), reply(DESCRIBED)],
                }
            ],
        ),
        (
            OutgoingMessage("Aqui está", copyables=(Copyable("Pix", "000201"),)),
            [{"text": "Aqui está"}, {"text": "Pix:"}, {"text": "000201"}],
        ),
        (
            OutgoingMessage(links=(Link("Site", "https://www.luz.example"),)),
            [{"text": "Site: https://www.luz.example"}],
        ),
        (
            OutgoingMessage("Sua conta", attachments=(BILL, CODE), choices=(CHOICE,)),
            [
                {"text": "Sua conta"},
                {"text": "Fatura de março: https://x/bill"},
                image(CODE),
                {"text": "Escolha uma opção:", "quick_replies": [reply(CHOICE)]},
            ],
        ),
        (
            OutgoingMessage(attachments=(CODE,), choices=(CHOICE,)),
            [image(CODE), {"text": "Escolha uma opção:", "quick_replies": [reply(CHOICE)]}],
        ),
        (
            OutgoingMessage(choices=(CHOICE,)),
            [{"text": "Escolha uma opção:", "quick_replies": [reply(CHOICE)]}],
        ),
    ],
)
def test_payloads(message: OutgoingMessage, payloads: list[dict[str, object]]) -> None:
    assert legacy.render(message, lambda one: f"https://x/{one.id}") == payloads


async def test_a_conversation(server: WebChatServer, assistant: ScriptedAssistant) -> None:
    assistant.script = lambda message: [OutgoingMessage("Posso ajudar?", choices=(CHOICE,))]
    async with connected(server.base_url) as client:
        token = await client.session()
        await client.emit("user_uttered", {"message": "oi", "session_id": token, "customData": {}})
        payload = await client.next("bot_uttered")
        assert payload == {"text": "Posso ajudar?", "quick_replies": [reply(CHOICE)]}
        await client.emit("user_uttered", {"message": CHOICE.id, "session_id": token})
        await client.next("bot_uttered")
    first, second = assistant.received
    assert (first.text, first.choice) == ("oi", None)
    assert (second.text, second.choice) == (None, CHOICE.id)
    assert first.sender == second.sender
    assert first.sender.channel == "webchat"
    assert first.sender.account == "web"
    assert first.message_id != second.message_id
    assert first.address == "127.0.0.1"


async def test_utters_without_asking_for_a_session(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as client:
        await client.emit("user_uttered", {"message": "oi", "session_id": "made up"})
        token = await client.next("session_confirm")
        assert token != "made up"
        assert await client.next("bot_uttered") == {"text": "eco: oi"}
    async with connected(server.base_url) as client:
        await client.emit("user_uttered", {"message": "voltei", "session_id": token})
        assert await client.next("session_confirm") == token
        assert await client.next("bot_uttered") == {"text": "eco: voltei"}
    assert len(assistant.senders) == 1


async def test_is_not_shown_what_customers_say_nor_typing_nor_history(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as first, connected(server.base_url) as second:
        token = await first.session()
        await first.emit("user_uttered", {"message": "oi"})
        assert await first.any() == ("bot_uttered", {"text": "eco: oi"})
        await second.session(token)
        await first.emit("user_uttered", {"message": "e aí"})
        for client in (first, second):
            assert await client.any() == ("bot_uttered", {"text": "eco: e aí"})


async def test_images_have_an_absolute_address_that_works(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    import urllib.request

    assistant.script = lambda message: [OutgoingMessage(attachments=(CODE,))]
    async with connected(server.base_url) as client:
        await client.session()
        await client.emit("user_uttered", {"message": "pix"})
        payload = await client.next("bot_uttered")
    assistant.keep(assistant.sender, "code", Content("pix.png", "image/png", b"PNG"))
    src = payload["attachment"]["payload"]["src"]
    assert src.startswith(server.base_url + "/webchat/attachments/")
    with urllib.request.urlopen(src, timeout=5) as response:
        assert response.read() == b"PNG"


async def test_too_fast_is_answered_in_words(assistant: ScriptedAssistant) -> None:
    from tests.servers.webchat import serve_webchat

    with serve_webchat(assistant, messages_per_session="1/hour") as server:
        async with connected(server.base_url) as client:
            await client.session()
            await client.emit("user_uttered", {"message": "um"})
            await client.next("bot_uttered")
            await client.emit("user_uttered", {"message": "dois"})
            assert (await client.next("bot_uttered"))["text"].startswith("Recebi muitas mensagens")


async def test_a_fault_is_answered_in_words(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    assistant.fault = RuntimeError("the database is away")
    async with connected(server.base_url) as client:
        await client.session()
        await client.emit("user_uttered", {"message": "um"})
        assert "Tente de novo" in (await client.next("bot_uttered"))["text"]
