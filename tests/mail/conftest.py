"""What the mail tests share: a clock that is told the time, records, letters, a web server."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest
from sanic import Blueprint, Sanic
from sqlalchemy.engine import Engine

import records
from mail.messages import Letterhead, confirmation
from tests.servers.postgres import PostgresServer

START = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
HEAD = Letterhead("Clara <clara@luzdonorte.example>", "Luz do Norte", "0800 000 0196")
LINK = "http://localhost:8080/confirmar-email/GAb-_9x3cHdYzMlRkUv0oE1pQ7sTnWfJiBaKeLuMhZ-"
PROTOCOL = "20260000000017"


@dataclass
class TestClock:
    """Stands still until it is moved."""

    __test__ = False  # not a test, whatever pytest thinks of its name

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    """Empty records in SQLite."""
    engine = records.connect(f"sqlite:///{tmp_path / 'records.db'}")
    records.migrate(engine)
    return engine


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Engine:
    """Empty records in every database that is supported."""
    if request.param == "sqlite":
        engine: Engine = request.getfixturevalue("database")
        return engine
    server: PostgresServer = request.getfixturevalue("postgres_server")
    engine = records.connect(server.new_database())
    records.migrate(engine)
    return engine


def a_letter(to: str = "joao@example.com") -> EmailMessage:
    return confirmation(HEAD, to, LINK, protocol=PROTOCOL, at=START)


Serve = Callable[[Blueprint], str]
"""Serves pages on loopback and returns the address of the server."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    stops: list[Callable[[], None]] = []

    def run(blueprint: Blueprint) -> str:
        address, stop = _serve(blueprint)
        stops.append(stop)
        return address

    yield run
    for stop in stops:
        stop()


def _serve(blueprint: Blueprint) -> tuple[str, Callable[[], None]]:
    app = Sanic(f"test_{uuid4().hex}", configure_logging=False)
    app.blueprint(blueprint)
    listening = socket.create_server(("127.0.0.1", 0))
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def start() -> None:
        server = await app.create_server(
            sock=listening, return_asyncio_server=True, access_log=False
        )
        assert server
        await server.startup()
        await server.start_serving()
        ready.set()

    def work() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(start())  # noqa: RUF006  # the loop runs until the test is over
        loop.run_forever()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert ready.wait(10), "the web server does not start"

    def stop() -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        listening.close()

    return f"http://127.0.0.1:{listening.getsockname()[1]}", stop
