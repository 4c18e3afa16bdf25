"""No log, at any level, says what customers write or holds what opens their conversation."""

from __future__ import annotations

import logging

import aiohttp
import pytest

from channels.message import Attachment, OutgoingMessage
from channels.webchat.logs import AccessLogFilter, TransportLogFilter, describe
from tests.channels.webchat.assistant import ScriptedAssistant
from tests.channels.webchat.client import Client, connected
from tests.servers.webchat import SECRET, WebChatServer

CPF = "111.444.777-35"


async def test_a_whole_conversation_leaves_nothing_in_the_logs(
    server: WebChatServer,
    assistant: ScriptedAssistant,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name in ("", "sanic.root", "sanic.error", "sanic.access", "channels.webchat"):
        caplog.set_level(logging.DEBUG, logger=name)
    bill = Attachment("bill", "a.pdf", "application/pdf", f"Fatura de {CPF}")
    assistant.script = lambda message: [OutgoingMessage(f"seu CPF é {CPF}", attachments=(bill,))]
    async with connected(server.base_url) as client:
        await client.join()
        entries = await client.turn(f"meu CPF é {CPF}")
        await client.join(client.token)
        await client.call({"message": {"cpf": CPF}, "message_id": "m9"})
        await client.emit("unknown", CPF)
        await client.emit("connect", CPF)
        assistant.fault = RuntimeError(f"cannot store {CPF}")
        await client.say(CPF, "m2")
        assistant.transcript_fault = RuntimeError(f"cannot read {CPF}")
        await client.session(client.token, protocol=1)
        await client.gone()
    legacy = Client()
    await legacy.connect(server.base_url, transport="polling")
    await legacy.emit("user_uttered", {"message": CPF, "session_id": client.token})
    await legacy.next("session_confirm")
    link = entries[1]["attachments"][0]["url"]
    async with aiohttp.ClientSession() as http, http.get(server.base_url + link) as response:
        assert response.status == 404
    printed = capfd.readouterr()
    records = [f"{caplog.handler.format(record)} {vars(record)}" for record in caplog.records]
    logged = "\n".join([printed.out, printed.err, *records])
    assert "RuntimeError" in logged
    assert "sanic.access" in logged
    assert client.token is not None
    session_id = assistant.sender.id
    for secret in (CPF, client.token, session_id, link.rpartition("/")[2], SECRET, "sid="):
        assert secret not in logged


def record(**more: object) -> logging.LogRecord:
    made = logging.LogRecord("n", logging.INFO, "/x/async_server.py", 7, "a %s", ("b",), None)
    vars(made).update(more)
    return made


@pytest.mark.parametrize(
    ("request_", "logged"),
    [
        ("GET http://h/webchat/attachments/abc.d", "GET http://h/webchat/attachments/[...]"),
        ("GET http://h/socket.io/?EIO=4&sid=x", "GET http://h/socket.io/[...]"),
        ("GET http://h/webchat/static/x.css?v=1", "GET http://h/webchat/static/x.css?v=1"),
        ("nil", "nil"),
    ],
)
def test_access_log(request_: str, logged: str) -> None:
    made = record(request=request_)
    assert AccessLogFilter().filter(made)
    assert vars(made)["request"] == logged
    assert AccessLogFilter().filter(record())


def test_complaints_of_the_transport_are_brief_and_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("channels.webchat.logs.time.monotonic", lambda: now)
    brief = TransportLogFilter()
    fault = ValueError(CPF)
    first = record(exc_info=(ValueError, fault, None))
    assert brief.filter(first)
    assert first.getMessage().endswith("async_server:7: ValueError at ")
    assert not brief.filter(record(exc_info=(ValueError, fault, None)))
    assert brief.filter(record())
    now += 61
    assert brief.filter(record(exc_info=(ValueError, fault, None)))


def test_faults_are_described_by_kind_and_place() -> None:
    try:
        raise KeyError(CPF)
    except KeyError as fault:
        described = describe(fault)
    assert described.startswith("KeyError at test_logs.py:")
    assert CPF not in described
