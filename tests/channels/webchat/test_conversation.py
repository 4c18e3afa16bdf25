"""The extension of the protocol: acknowledged, numbered, replayed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone

import pytest

from channels.assistant import Sender
from channels.message import Choice, Copyable, Link, OutgoingMessage
from tests.channels.webchat.assistant import ScriptedAssistant
from tests.channels.webchat.client import Client, connected
from tests.channels.webchat.clock import Clock
from tests.servers.webchat import WebChatServer, serve_webchat

CHOICE = Choice("c_" + "A" * 22, "Segunda via", "da conta")


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_turn(
    assistant: ScriptedAssistant, server: WebChatServer, clock: Clock, transport: str
) -> None:
    client = Client()
    await client.connect(server.base_url, transport=transport)
    assert await client.join() == []
    assert await client.say("oi") == {"status": "accepted"}
    name, mine = await client.any()
    assert name == "entry"
    assert (mine["number"], mine["author"], mine["message_id"]) == (1, "customer", "m1")
    assert await client.next("typing") == {"active": True}
    answer = await client.next("entry")
    assert await client.next("typing") == {"active": False}
    assert answer.pop("at").endswith("Z")
    assert answer == {
        "number": 2,
        "author": "clara",
        "message_id": "clara-1",
        "text": "eco: oi",
        "choices": [],
        "copyables": [],
        "attachments": [],
        "links": [],
    }
    (message,) = assistant.received
    assert message.sent_at == datetime.fromtimestamp(clock(), timezone.utc)
    if transport == "websocket":  # the library lets a polling client wait half a minute
        await client.disconnect()


async def test_everything_a_message_can_hold(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    assistant.script = lambda message: [
        OutgoingMessage(
            "Pronto",
            copyables=(Copyable("Pix", "000201"),),
            links=(Link("Site", "https://x.example"),),
            choices=(CHOICE,),
        )
    ]
    async with connected(server.base_url) as client:
        await client.join()
        await client.say("oi")
        await client.entry()
        entry = await client.entry()
        assert entry["choices"] == [
            {"id": CHOICE.id, "title": "Segunda via", "description": "da conta"}
        ]
        assert entry["copyables"] == [{"label": "Pix", "text": "000201"}]
        assert entry["links"] == [{"title": "Site", "url": "https://x.example"}]
        ack = await client.call({"choice": CHOICE.id, "message_id": "m2"})
        assert ack == {"status": "accepted"}
        assert (await client.entry())["text"] == "Segunda via"
    assert assistant.received[1].choice == CHOICE.id
    assert assistant.received[1].text is None


async def test_a_repeat_is_recognised(server: WebChatServer, assistant: ScriptedAssistant) -> None:
    async with connected(server.base_url) as client:
        await client.join()
        assert await client.say("oi") == {"status": "accepted"}
        assert await client.say("oi") == {"status": "repeated"}
    assert len(assistant.received) == len(assistant.repeats) == 1


async def test_resending_after_the_server_was_away(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as client:
        await client.join()
        seen = (await client.turn("oi", "m1"))[-1]["number"]
        server.stop()
        await client.gone()
    server.start()
    async with connected(server.base_url) as again:
        assert await again.join(client.token, since=seen) == []
        assert await again.say("oi", "m1") == {"status": "repeated"}
        assert await again.say("tchau", "m2") == {"status": "accepted"}
        assert (await again.entry())["number"] == seen + 1
    assert len(assistant.senders) == 1


async def test_replay_gives_what_was_missed_and_no_more(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as client:
        await client.join()
        await client.turn("oi")
    assistant.wait_until(lambda: assistant.following == 0)
    sender = assistant.sender
    async with connected(server.base_url) as other:  # keeps the loop of the assistant known
        await other.join()
        assistant.say(sender, "três")
        assistant.say(sender, "quatro")
        async with connected(server.base_url) as again:
            assert [e["text"] for e in await again.join(client.token, since=2)] == [
                "três",
                "quatro",
            ]
            await asyncio.to_thread(assistant.say, sender, "cinco")
            assert (await again.entry())["number"] == 5
            numbers = [entry["number"] for entry in await again.join(client.token)]
            assert numbers == [1, 2, 3, 4, 5]


async def test_what_is_said_while_the_past_is_read_comes_once_and_in_order(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as client:
        await client.join()
        await client.turn("oi")
        said: list[asyncio.Task[object]] = []

        def interrupt(sender: Sender) -> None:
            assistant.on_transcript = None
            for text in ("durante", "e depois"):  # in the loop of the server
                said.append(asyncio.ensure_future(_say(assistant, sender, text)))

        assistant.on_transcript = interrupt
        async with connected(server.base_url) as again:
            past = await again.join(client.token)
            live = [await again.entry() for _ in range(4 - len(past))]
            assert [entry["number"] for entry in past + live] == [1, 2, 3, 4]
            await again.quiet()


async def _say(assistant: ScriptedAssistant, sender: Sender, text: str) -> None:
    from channels.assistant import Author

    await assistant._tell(sender, Author.CLARA, OutgoingMessage(text))


async def test_entries_of_both_tabs_come_to_both(server: WebChatServer) -> None:
    async with connected(server.base_url) as first, connected(server.base_url) as second:
        await first.join()
        await second.join(first.token)
        await first.say("da primeira", "a1")
        await second.say("da segunda", "b1")
        left = [(await first.entry())["text"] for _ in range(4)]
        right = [(await second.entry())["text"] for _ in range(4)]
        assert left == right
        assert sorted(left) == [
            "da primeira",
            "da segunda",
            "eco: da primeira",
            "eco: da segunda",
        ]


async def test_since_of_an_older_session_hides_nothing_of_a_new_one(server: WebChatServer) -> None:
    async with connected(server.base_url) as client:
        await client.join("expired or forged", since=50)
        await client.say("oi")
        assert (await client.entry())["number"] == 1


async def test_asking_again_on_the_same_connection(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as client:
        await client.join()
        await client.turn("oi")
        assert len(await client.join(client.token)) == 2
        assert assistant.following == 1
        await client.join()
        assert assistant.following == 1
        assistant.say(assistant.sender, "para a primeira sessão")
        await client.quiet()


async def test_nobody_follows_after_leaving(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as client, connected(server.base_url) as other:
        await client.join()
        await other.session()
        assert assistant.following == 2
    assistant.wait_until(lambda: assistant.following == 0)
    assert server.webchat is not None
    assert server.webchat.connections == 0


async def test_without_a_session(server: WebChatServer, assistant: ScriptedAssistant) -> None:
    async with connected(server.base_url) as client:
        ack = await client.say("oi")
        assert (ack["status"], ack["reason"]) == ("rejected", "no_session")
        assert ack["text"]
        await client.quiet()
    assert assistant.received == []


async def test_a_fault_asks_to_send_again(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as client:
        await client.join()
        assistant.fault = RuntimeError("the database is away")
        ack = await client.say("oi")
        assert (ack["status"], ack["reason"]) == ("rejected", "unavailable")
        assert "Tente de novo" in ack["text"]
        assistant.fault = None
        assert await client.say("oi") == {"status": "accepted"}


async def test_a_replay_that_fails_ends_the_connection_so_that_it_is_asked_for_again(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    assistant.transcript_fault = RuntimeError("the database is away")
    async with connected(server.base_url) as client:
        token = await client.session(protocol=1)
        await client.gone()
    assistant.wait_until(lambda: assistant.following == 0)
    assistant.transcript_fault = None
    async with connected(server.base_url) as client:
        assert await client.join(token) == []


async def test_long_texts_go_on_and_very_long_ones_are_cut(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as client:
        await client.join()
        assert await client.say("a" * 2_001, "m1") == {"status": "accepted"}
        assert await client.say("b" * 30_000, "m2") == {"status": "accepted"}
    assert [len(message.text or "") for message in assistant.received] == [2_001, 20_000]


async def test_a_slash_is_text_like_any_other(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with connected(server.base_url) as client:
        await client.join()
        await client.say('/restart{"a": 1}')
    assert assistant.received[0].text == '/restart{"a": 1}'


@pytest.mark.parametrize(
    "limit", [{"messages_per_session": "2/hour"}, {"messages_per_address": "2/hour"}]
)
async def test_too_fast(assistant: ScriptedAssistant, limit: dict[str, str]) -> None:
    with serve_webchat(assistant, **limit) as server:
        async with connected(server.base_url) as client:
            await client.join()
            await client.say("um", "m1")
            await client.say("dois", "m2")
            ack = await client.say("três", "m3")
    assert (ack["status"], ack["reason"]) == ("rejected", "too_fast")
    assert ack["text"] == (
        "Recebi muitas mensagens em pouco tempo. Espere um minutinho e escreva de novo, por favor."
    )
    assert len(assistant.received) == 2
