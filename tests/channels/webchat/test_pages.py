"""What is served over plain HTTP, with which headers, and to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.assistant import Content, Sender
from channels.message import Attachment, OutgoingMessage
from channels.webchat.pages import load_assets
from tests.channels.webchat.assistant import ScriptedAssistant
from tests.channels.webchat.client import connected
from tests.channels.webchat.clock import Clock
from tests.servers.webchat import WebChatServer, serve_webchat

ALLOWED = "https://www.luz.example"
FOREIGN = "https://evil.example"
PDF = Content("Fatura de março.pdf", "application/pdf", b"%PDF-1.4")


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files to serve that are not the widget author's."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Clara</title>")
    (tmp_path / "widget.js").write_text("'use strict'")
    (tmp_path / "style").mkdir()
    (tmp_path / "style" / "chat.css").write_text("body {}")
    (tmp_path / ".hidden").write_text("secret")
    monkeypatch.setattr("channels.webchat.pages._FOLDER", tmp_path)
    return tmp_path


async def test_the_page(
    static: Path, assistant: ScriptedAssistant, http: aiohttp.ClientSession
) -> None:
    with serve_webchat(assistant) as server:
        async with http.get(server.base_url + "/") as response:
            assert response.status == 200
            assert response.headers["Content-Type"] == "text/html; charset=utf-8"
            assert "<title>Clara" in await response.text()
            headers = response.headers
    host = f"127.0.0.1:{server.port}"
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": f"'self' ws://{host} wss://{host}",
        "font-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
    assert "Set-Cookie" not in headers


async def test_a_host_cannot_write_the_policy(
    static: Path, assistant: ScriptedAssistant, http: aiohttp.ClientSession
) -> None:
    with serve_webchat(assistant) as server:
        headers = {"Host": "x; script-src *"}
        async with http.get(server.base_url + "/", headers=headers) as response:
            assert "script-src *" not in response.headers["Content-Security-Policy"]


async def test_over_tls_browsers_are_told_to_stay_there(
    static: Path, assistant: ScriptedAssistant, http: aiohttp.ClientSession
) -> None:
    with serve_webchat(assistant, public_url="https://chat.luz.example") as server:
        async with http.get(server.base_url + "/") as response:
            assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("path", "status", "media_type"),
    [
        ("/widget.js", 200, "javascript; charset=utf-8"),
        ("/webchat/static/style/chat.css", 200, "text/css; charset=utf-8"),
        ("/webchat/static/widget.js", 200, "javascript; charset=utf-8"),
        ("/webchat/static/.hidden", 404, "text/plain"),
        ("/webchat/static/none.css", 404, "text/plain"),
        ("/webchat/static/../channel.py", 404, "text/plain"),
        ("/webchat/static/%2e%2e/channel.py", 404, "text/plain"),
        ("/webchat/static/..%2f..%2fchannel.py", 404, "text/plain"),
        ("/webchat/static//etc/passwd", 404, "text/plain"),
    ],
)
async def test_files(
    static: Path,
    assistant: ScriptedAssistant,
    http: aiohttp.ClientSession,
    path: str,
    status: int,
    media_type: str,
) -> None:
    from yarl import URL

    with serve_webchat(assistant) as server:
        async with http.get(URL(server.base_url + path, encoded=True)) as response:
            assert response.status == status
            assert media_type in response.headers["Content-Type"]
            if status != 200:
                return
            etag = response.headers["ETag"]
            assert response.headers["Cache-Control"] == "no-cache"
        async with http.get(server.base_url + path, headers={"If-None-Match": etag}) as response:
            assert response.status == 304
            assert await response.read() == b""
        async with http.head(server.base_url + path) as response:
            assert response.status == 200


def test_hidden_files_are_no_assets(static: Path) -> None:
    assert sorted(load_assets(static)) == ["index.html", "style/chat.css", "widget.js"]


async def test_configuration(server: WebChatServer, http: aiohttp.ClientSession) -> None:
    async with http.get(server.base_url + "/webchat/config.json") as response:
        assert await response.json() == {
            "distributor_name": "Luz do Norte",
            "max_length": 2000,
            "title": "Clara",
        }


async def test_only_allowed_pages_may_read(
    assistant: ScriptedAssistant, http: aiohttp.ClientSession
) -> None:
    with serve_webchat(assistant, allowed_origins=(ALLOWED,)) as server:
        for origin, granted in ((ALLOWED, ALLOWED), (FOREIGN, None), ("null", None)):
            for path in ("/webchat/config.json", "/widget.js", "/webchat/attachments/x"):
                headers = {"Origin": origin}
                async with http.get(server.base_url + path, headers=headers) as response:
                    assert response.headers.get("Access-Control-Allow-Origin") == granted
                    assert response.headers["Vary"] == "Origin"
                    assert "Access-Control-Allow-Credentials" not in response.headers


async def offered(server: WebChatServer, assistant: ScriptedAssistant) -> tuple[str, str]:
    """Have a bill offered; return the path of its link and the token of its session."""
    bill = Attachment("bill", PDF.filename, PDF.media_type, "Fatura de março")
    assistant.script = lambda message: [OutgoingMessage(attachments=(bill,))]
    async with connected(server.base_url) as client:
        await client.join()
        entries = await client.turn("segunda via")
        token = client.token or ""
    assistant.keep(assistant.senders[-1], "bill", PDF)
    return path_in(entries), token


def path_in(entries: list[dict[str, Any]]) -> str:
    """Return the path of the only link in some entries."""
    ((attachment),) = (one for entry in entries for one in entry["attachments"])
    path = attachment["url"]
    assert path.startswith("/webchat/attachments/")
    assert {**attachment, "url": ""} == {
        "url": "",
        "filename": PDF.filename,
        "media_type": PDF.media_type,
        "description": "Fatura de março",
    }
    return str(path)


async def status_of(http: aiohttp.ClientSession, url: str) -> int:
    async with http.get(url) as response:
        if response.status != 200:
            assert "por favor." in await response.text()
        return response.status


async def test_an_attachment(
    server: WebChatServer, assistant: ScriptedAssistant, http: aiohttp.ClientSession
) -> None:
    path, token = await offered(server, assistant)
    assert token not in path
    async with http.get(server.base_url + path) as response:
        assert response.status == 200
        assert await response.read() == PDF.data
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"] == (
            'attachment; filename="Fatura de mar_o.pdf"; '
            "filename*=UTF-8''Fatura%20de%20mar%C3%A7o.pdf"
        )
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_links_end_and_a_replay_brings_fresh_ones(
    server: WebChatServer,
    assistant: ScriptedAssistant,
    http: aiohttp.ClientSession,
    clock: Clock,
) -> None:
    path, token = await offered(server, assistant)
    clock.advance(minutes=15, seconds=1)
    assert await status_of(http, server.base_url + path) == 410
    async with connected(server.base_url) as client:
        fresh = path_in(await client.join(token))
    assert await status_of(http, server.base_url + fresh) == 200


async def test_a_link_is_good_for_its_session_only(
    server: WebChatServer, assistant: ScriptedAssistant, http: aiohttp.ClientSession
) -> None:
    await offered(server, assistant)
    stranger, _ = await offered(server, assistant)
    first, second = assistant.senders
    del assistant._contents[second, "bill"]
    assert (first, "bill") in assistant._contents
    assert await status_of(http, server.base_url + stranger) == 404


async def test_forged_links_and_faults(
    server: WebChatServer,
    assistant: ScriptedAssistant,
    http: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, token = await offered(server, assistant)
    for wrong in (path + "A", path[:-1], "/webchat/attachments/" + token):
        assert await status_of(http, server.base_url + wrong) == 404

    async def fail(sender: Sender, attachment_id: str) -> None:
        raise RuntimeError("the disk is away")

    monkeypatch.setattr(assistant, "attachment", fail)
    assert await status_of(http, server.base_url + path) == 503


async def test_attachments_are_limited(
    assistant: ScriptedAssistant, http: aiohttp.ClientSession
) -> None:
    with serve_webchat(assistant, attachments_per_session="1/hour") as server:
        path, _ = await offered(server, assistant)
        assert await status_of(http, server.base_url + path) == 200
        assert await status_of(http, server.base_url + path) == 429


@pytest.mark.parametrize(
    ("content", "media_type", "disposition"),
    [
        (Content("pix.png", "image/png", b"x"), "image/png", "inline"),
        (Content("x.svg", "image/svg+xml", b"x"), "image/svg+xml", "attachment"),
        (Content("x.html", "text/html", b"x"), "text/html", "attachment"),
        (Content("x", "a\r\nb: c", b"x"), "application/octet-stream", "attachment"),
        (Content('a"\r\nb: c', "application/pdf", b"x"), "application/pdf", "attachment"),
        (Content("", "application/pdf", b"x"), "application/pdf", "attachment"),
    ],
)
async def test_no_document_runs_on_our_origin(
    server: WebChatServer,
    assistant: ScriptedAssistant,
    http: aiohttp.ClientSession,
    content: Content,
    media_type: str,
    disposition: str,
) -> None:
    path, _ = await offered(server, assistant)
    assistant.keep(assistant.sender, "bill", content)
    async with http.get(server.base_url + path) as response:
        assert response.status == 200
        assert response.headers["Content-Type"].split(";")[0] == media_type
        assert response.headers["Content-Disposition"].split(";")[0] == disposition
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert "b" not in response.headers
