"""The whole process: it comes up, answers, tells nothing, and goes down in order."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest

import records as records_package
from bot import assembly, channels, logs
from bot.engine import Engine
from bot.model import Project
from bot.published_models import PublishedModels
from bot.server import _serve
from bot.web import SECURITY_HEADERS
from settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("CLARA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLARA_PORT", str(port))
    monkeypatch.setenv("CLARA_PUBLIC_URL", f"http://127.0.0.1:{port}")
    loaded = channels.load()
    records_package.migrate(records_package.connect(loaded.records_url))
    return loaded


@pytest.fixture
async def server(
    settings: Settings,
    tiny_model: Path,
    tiny_project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[aiohttp.ClientSession]:
    load = partial(Engine.load, actions="tests.bot.tiny.actions")
    monkeypatch.setattr(Engine, "load", load)
    monkeypatch.setattr("sanic.Sanic.test_mode", True)  # allows an app for each test
    up = asyncio.Event()
    serving = asyncio.create_task(_serve(settings, Project(tiny_project), up.set))
    waiting = asyncio.create_task(up.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert up.is_set(), serving.exception()
    async with aiohttp.ClientSession(settings.web.public_url) as client:
        yield client
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(serving, 20)


async def test_it_is_up_and_ready_and_shows_nothing_else(server: aiohttp.ClientSession) -> None:
    for path, status in [
        ("/health", 200),
        ("/ready", 200),
        ("/confirmar-email/unknown-token", 200),
        ("/caixa-de-correio", 200),
        ("/model", 404),
        ("/conversations/one/tracker", 404),
        ("/webhooks/rest/webhook", 404),
        ("/nothing?token=hidden", 404),
    ]:
        async with server.get(path) as answer:
            body = await answer.text()
            assert answer.status == status, path
            assert "hidden" not in body
            assert "Traceback" not in body
            for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
                assert name in answer.headers, path
            assert "Server" not in answer.headers


async def test_what_is_no_page_has_the_strictest_headers(server: aiohttp.ClientSession) -> None:
    async with server.get("/health") as answer:
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_it_is_not_ready_while_the_records_do_not_answer(
    server: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise ConnectionError("records.internal is down")

    monkeypatch.setattr(assembly, "_ask", fail)
    async with server.get("/ready") as answer:
        assert answer.status == 503
        assert "internal" not in await answer.text()
    async with server.get("/health") as answer:
        assert answer.status == 200


async def test_an_address_that_cannot_be_read_is_not_logged_either(
    server: aiohttp.ClientSession,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("INFO")
    # Those of Sanic's are there only where a server of another test had it set them up.
    monkeypatch.setattr(logging.getLogger("sanic.error"), "handlers", [])
    reader, writer = await asyncio.open_connection(settings.web.host, settings.web.port)
    writer.write(b"GET /confirmar-email/of-somebody\x01 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await asyncio.wait_for(reader.read(), 60)
    writer.close()
    told = capsys.readouterr().err
    assert "InvalidURLError" in told
    assert "of-somebody" not in told


async def test_a_model_from_elsewhere_is_kept_with_the_data_and_not_in_the_project(
    settings: Settings,
    tiny_model: Path,
    tiny_project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Engine, "load", partial(Engine.load, actions="tests.bot.tiny.actions"))
    monkeypatch.setattr("sanic.Sanic.test_mode", True)
    project = Project(tiny_project)
    models = PublishedModels(records_package.connect(settings.records_url))
    models.publish(project.model)
    models.publish(Path(shutil.copy(tiny_model, tmp_path / "from-elsewhere.tar.gz")))
    trained = sorted(project.models.iterdir())

    await assembly.assemble(settings, project)

    assert sorted(project.models.iterdir()) == trained
    assert (settings.data_dir / "models" / "from-elsewhere.tar.gz").exists()
