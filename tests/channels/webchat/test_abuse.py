"""Clients that mean harm, or do not know better: the server stays up and keeps its word."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import socketio

from channels.message import OutgoingMessage
from tests.channels.webchat.assistant import ScriptedAssistant
from tests.channels.webchat.client import Client, connected
from tests.channels.webchat.clock import Clock
from tests.servers.webchat import WebChatServer, serve_webchat

FOREIGN = {"Origin": "https://evil.example"}
_PATIENCE = aiohttp.ClientTimeout(total=60)

PAYLOADS: list[Any] = [
    None,
    True,
    0,
    -1,
    1e308,
    "",
    "texto",
    [],
    [[]],
    [None],
    {},
    {"": ""},
    {"message": None},
    {"message": []},
    {"message": {}},
    {"message": 12345678901234567890},
    {"message": ""},
    {"message": "\x00"},
    {"message": "\ud800"},
    {"message": "\udfff\ud800"},
    {"message": "\u202eoi"},
    {"message": "a" * 50_000},
    {"message": "\n" * 10_000},
    {"message": "oi", "session_id": None},
    {"message": "oi", "session_id": 5},
    {"message": "oi", "session_id": {"$ne": None}},
    {"message": "oi", "session_id": "é" * 100},
    {"message": "oi", "session_id": "x" * 30_000},
    {"message": "oi", "message_id": None},
    {"message": "oi", "message_id": []},
    {"message": "oi", "message_id": "../../etc/passwd"},
    {"message": "oi", "message_id": "'; DROP TABLE"},
    {"message": "oi", "message_id": "x" * 65},
    {"choice": None},
    {"choice": []},
    {"choice": ""},
    {"choice": "x" * 65},
    {"choice": "\ud800"},
    {"choice": "c_" + "A" * 22},
    {"session_id": "a.b.c", "protocol": 1, "since": -1},
    {"session_id": "a.b.c", "protocol": 1, "since": 10**30},
    {"session_id": "a.b.c", "protocol": 1, "since": "1 OR 1=1"},
    {"session_id": "....", "protocol": [1], "since": [1]},
    {"session_id": "\x00", "protocol": {}, "since": {}},
    {"session_id": {"session_id": {}}, "protocol": -5},
    {"__proto__": {"admin": True}},
    {"message": "oi", "metadata": {"a": [[[[[[]]]]]]}},
]

EVENTS = [
    "",
    "[]",
    "{}",
    "null",
    '"user_uttered"',
    "[null]",
    "[1]",
    "[[]]",
    '[{"a":1}]',
    '[["user_uttered"]]',
    '["connect"]',
    '["connect",{},{}]',
    '["disconnect"]',
    '["disconnect","x"]',
    '["connect_error",1]',
    '["unknown",1]',
    '["*"]',
    '["user_uttered"]',
    '["session_request"]',
    '["user_uttered",1,2,3,4,5]',
    '["session_request",null,null,null]',
    '["user_uttered",NaN]',
    '["user_uttered",' + "[" * 30_000,
    '["user_uttered",' + "[" * 3_000 + "]" * 3_000 + "]",
    '["user_uttered",' + "9" * 5_000 + "]",
    '["user_uttered"',
    "9" * 150 + '["user_uttered",{}]',
    "5[",
    '/admin,["user_uttered",{}]',
    '/,["user_uttered",{}]',
]
PACKETS = [
    *("42" + event for event in EVENTS),
    "40",
    '40{"token":"x"}',
    "40/admin,",
    "43",
    "430[]",
    '439["x"]',
    "44",
    '451-["user_uttered",{"_placeholder":true,"num":0}]',
    '459999999999-["user_uttered",{"_placeholder":true,"num":0}]',
    "461-0[]",
    "47",
    "4x",
    "4",
    "4é",
    "3",
    "6",
    "41/admin,",
]
FRAMES: list[str | bytes] = [
    "",
    "9",
    "x",
    "b",
    "b$$$",
    "bAAAA",
    "é",
    "0",
    "2",
    "2probe",
    "5",
    b"",
    b"x",
]


@pytest.fixture
def patient(assistant: ScriptedAssistant) -> AsyncIterator[WebChatServer]:
    """A server that minds only nonsense, not how much of it comes."""
    wide = "100000/minute"
    with serve_webchat(
        assistant,
        messages_per_session=wide,
        messages_per_address=wide,
        events_per_connection=wide,
        new_connections_per_address=wide,
    ) as server:
        yield server


@asynccontextmanager
async def raw(server: WebChatServer) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare WebSocket, connected to the chat."""
    address = f"{server.base_url}/socket.io/?EIO=4&transport=websocket"
    async with (
        aiohttp.ClientSession(timeout=_PATIENCE) as http,
        http.ws_connect(address, max_msg_size=0) as socket,
    ):
        assert (await socket.receive_str()).startswith("0{")
        await socket.send_str("40")
        assert (await socket.receive_str()).startswith("40{")
        yield socket


async def still_works(server: WebChatServer) -> None:
    async with connected(server.base_url) as client:
        await client.join()
        assert [entry["author"] for entry in await client.turn("oi")] == ["customer", "clara"]


@pytest.mark.parametrize("joined", [False, True])
async def test_malformed_payloads(
    patient: WebChatServer, assistant: ScriptedAssistant, joined: bool
) -> None:
    assistant.script = lambda message: []
    async with raw(patient) as socket:
        if joined:
            await socket.send_str('42["session_request",{"protocol":1}]')
        for number, payload in enumerate(PAYLOADS):
            data = json.dumps(payload)
            await socket.send_str(f'42["session_request",{data}]')
            await socket.send_str(f'42{number}["user_uttered",{data}]')
            ack = await _acknowledgement(socket, number)
            assert ack["status"] in {"accepted", "repeated", "rejected"}, payload
    assistant.script = lambda message: [OutgoingMessage("ok")]
    await still_works(patient)


async def _acknowledgement(socket: aiohttp.ClientWebSocketResponse, number: int) -> dict[str, str]:
    while True:
        frame = await socket.receive_str()
        if frame.startswith("43"):
            id_, _, data = frame[2:].partition("[")
            assert int(id_) == number
            ack = json.loads("[" + data)[0]
            assert isinstance(ack, dict)
            return ack


@pytest.mark.parametrize("packet", PACKETS)
async def test_malformed_packets_leave_the_connection_as_it_is(
    patient: WebChatServer, assistant: ScriptedAssistant, packet: str
) -> None:
    async with raw(patient) as socket:
        await socket.send_str('420["session_request",{"protocol":1}]')
        await socket.send_str(packet)
        await socket.send_str('427["user_uttered",{"message":" ","message_id":"m"}]')
        assert (await _acknowledgement_of(socket, "437["))["status"] == "rejected"
    await still_works(patient)
    assistant.wait_until(lambda: assistant.following == 0)


async def _acknowledgement_of(socket: aiohttp.ClientWebSocketResponse, start: str) -> Any:
    while True:
        frame = await socket.receive_str()
        if frame.startswith(start):
            return json.loads(frame[len(start) - 1 :])[0]


@pytest.mark.parametrize("frame", FRAMES)
async def test_malformed_frames_harm_nobody_else(
    patient: WebChatServer, assistant: ScriptedAssistant, frame: str | bytes
) -> None:
    async with raw(patient) as socket:
        await socket.send_str('420["session_request",{"protocol":1}]')
        await (socket.send_str(frame) if isinstance(frame, str) else socket.send_bytes(frame))
        await still_works(patient)
    assistant.wait_until(lambda: assistant.following == 0)


async def test_leaving_and_coming_back_on_one_connection(
    patient: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with raw(patient) as socket:
        for _ in range(3):
            await socket.send_str('420["session_request",{"protocol":1}]')
            await socket.send_str("41")
            await socket.send_str("40")
        await socket.send_str('421["user_uttered",{"message":"oi","message_id":"m"}]')
        assert (await _acknowledgement_of(socket, "431["))["reason"] == "no_session"
        assert assistant.following == 0


async def test_a_flood_of_events_is_cut(assistant: ScriptedAssistant) -> None:
    with serve_webchat(assistant, events_per_connection="20/hour") as server:
        async with raw(server) as socket:
            for _ in range(21):
                await socket.send_str('42["session_request",{}]')
            while (await socket.receive(timeout=60)).type is aiohttp.WSMsgType.TEXT:
                pass
            assert socket.closed
        assistant.wait_until(lambda: assistant.following == 0)
        await still_works(server)


@pytest.mark.parametrize(
    "limit", [{"replays_per_session": "2/hour"}, {"new_connections_per_address": "2/hour"}]
)
async def test_a_session_is_read_from_its_beginning_only_so_often(
    assistant: ScriptedAssistant, limit: dict[str, str]
) -> None:
    with serve_webchat(assistant, **limit) as server:
        async with connected(server.base_url) as client:
            await client.join()
            for _ in range(2):
                await client.join(client.token)
            await client.emit("session_request", {"session_id": client.token, "protocol": 1})
            await client.gone()
        async with connected(server.base_url) as another:
            await another.join()  # a new session has nothing to be read


async def test_too_large_a_message_ends_the_connection(
    server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    async with raw(server) as socket:
        await socket.send_str('42["user_uttered",{"message":"' + "a" * 70_000 + '"}]')
        while (await socket.receive(timeout=60)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert socket.closed
    async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
        address = f"{server.base_url}/socket.io/?EIO=4&transport=polling"
        async with http.post(address, data=b"4" * 70_000) as response:
            assert response.status == 413
    assert assistant.received == []
    await still_works(server)


async def test_connections_of_one_address_are_bounded(assistant: ScriptedAssistant) -> None:
    with serve_webchat(assistant, open_connections_per_address=2) as server:
        async with connected(server.base_url), connected(server.base_url) as second:
            with pytest.raises(socketio.exceptions.ConnectionError):
                await Client().connect(server.base_url)
            await second.join()
    with serve_webchat(assistant, open_connections=1) as server:
        async with connected(server.base_url):
            with pytest.raises(socketio.exceptions.ConnectionError):
                await Client().connect(server.base_url)
    with serve_webchat(assistant, new_connections_per_address="1/hour") as server:
        async with connected(server.base_url):
            pass
        with pytest.raises(socketio.exceptions.ConnectionError):
            await Client().connect(server.base_url)


async def test_addresses_behind_our_proxy_are_told_apart(assistant: ScriptedAssistant) -> None:
    with serve_webchat(assistant, trusted_proxies=1, open_connections_per_address=1) as server:
        one, other = ({"X-Forwarded-For": f"6.6.6.6, 203.0.113.{last}"} for last in (1, 2))
        async with (
            connected(server.base_url, headers=one),
            connected(server.base_url, headers=other) as client,
        ):
            await client.join()
            await client.say("oi")
            with pytest.raises(socketio.exceptions.ConnectionError):
                await Client().connect(server.base_url, headers=one)
    assert assistant.received[0].address == "203.0.113.2"


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_foreign_pages_are_refused(server: WebChatServer, transport: str) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await Client().connect(server.base_url, headers=FOREIGN, transport=transport)


async def test_a_refused_page_is_named_in_the_log_once(
    server: WebChatServer, caplog: pytest.LogCaptureFixture
) -> None:
    address = f"{server.base_url}/socket.io/?EIO=4&transport=polling"
    async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
        for _ in range(3):
            async with http.get(address, headers=FOREIGN) as response:
                assert response.status == 403
                assert "Access-Control-Allow-Origin" not in response.headers
    assert caplog.text.count("https://evil.example") == 1


async def test_allowed_and_own_pages_are_served(assistant: ScriptedAssistant) -> None:
    with serve_webchat(assistant, allowed_origins=("https://www.luz.example",)) as server:
        for origin in ("https://www.luz.example", server.base_url):
            async with connected(server.base_url, headers={"Origin": origin}) as client:
                await client.join()


async def test_a_session_is_open_only_to_its_token(
    server: WebChatServer, assistant: ScriptedAssistant, clock: Clock
) -> None:
    async with connected(server.base_url) as victim:
        await victim.join()
        await victim.turn("meu segredo")
        session_id = assistant.sender.id
        assert victim.token is not None
        claims = [session_id, victim.token[:-2] + "AA", victim.token.swapcase(), "null", ""]
        async with connected(server.base_url) as thief:
            for claim in claims:
                assert await thief.join(claim) == []
            # Nor does another's token count in a message once the connection has a session.
            await thief.call({"message": "oi", "message_id": "m", "session_id": victim.token})
            assert (await thief.entry())["text"] == "oi"
        assert len(assistant.senders) == 2
        clock.advance(hours=25)
        async with connected(server.base_url) as late:
            assert await late.join(victim.token) == []


@pytest.mark.parametrize(
    "query",
    ["", "EIO=3", "EIO=4&transport=carrier", "EIO=4&sid=nobody", "EIO=4&j=x", "EIO=4&sid=a&sid=b"],
)
async def test_malformed_requests(server: WebChatServer, query: str) -> None:
    address = f"{server.base_url}/socket.io/?{query}"
    async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
        async with http.get(address) as response:
            assert response.status == 400
        async with http.post(address, data=b"40") as response:
            assert response.status == 400
    await still_works(server)


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"x", b"4", b"\x1e" * 100, b"40\x1e42[", b"1", b"bA", b"d=4"]
)
async def test_malformed_polling(server: WebChatServer, body: bytes) -> None:
    address = f"{server.base_url}/socket.io/?EIO=4&transport=polling"
    async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
        async with http.get(address) as response:
            sid = json.loads((await response.text())[1:])["sid"]
        async with http.post(f"{address}&sid={sid}", data=body) as response:
            assert response.status in {200, 400}
    await still_works(server)
