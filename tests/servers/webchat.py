"""The web chat on a real server, in a thread of its own, for tests and browsers.

    with serve_webchat(ScriptedAssistant()) as server:
        browser.get(server.base_url)
        server.stop(); server.start()   # comes back on the same port

``ScriptedAssistant`` of ``tests.channels.webchat.assistant`` is a fitting assistant.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sanic import Sanic

from channels.assistant import Assistant
from channels.webchat import WebChat, WebChatSettings
from tests.channels.recorder import Recorder

SECRET = "a-secret-of-the-tests-with-more-than-32-characters"
_PATIENCE_SECONDS = 15
_names = itertools.count(1)

# Sanic rewrites its own methods at the first start of a process, and cannot a second time unless
# it is told to keep the originals.
Sanic.test_mode = True


class WebChatServer:
    """A web chat that can be stopped and started again on the same port."""

    def __init__(
        self,
        assistant: Assistant,
        port: int | None,
        clock: Callable[[], float],
        settings: dict[str, Any],
    ) -> None:
        self.assistant = assistant
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.settings = WebChatSettings(
            **{"secret": SECRET, "public_url": self.base_url, "distributor_name": "Luz do Norte"}
            | settings
        )
        self.webchat: WebChat | None = None
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping: asyncio.Event | None = None
        self._fault: BaseException | None = None

    def start(self) -> None:
        """Serve; returns once connections are taken."""
        ready = threading.Event()
        self._fault = None
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(_PATIENCE_SECONDS), "the web chat does not start"
        if self._fault:
            raise self._fault

    def stop(self) -> None:
        """Cut every connection and free the port, as a crash would; nothing if stopped already."""
        if self._thread is None:
            return
        if self._thread.is_alive() and self._loop and self._stopping:
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_PATIENCE_SECONDS)
        assert not self._thread.is_alive(), "the web chat does not stop"
        self._thread = None

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as fault:
            self._fault = fault
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        app = Sanic(f"webchat-test-{next(_names)}")
        self.webchat = WebChat(self.settings, clock=self._clock)
        self.webchat.attach(app, self.assistant, Recorder())
        server = await app.create_server(
            "127.0.0.1", self.port, return_asyncio_server=True, access_log=True
        )
        await server.startup()
        await server.start_serving()
        ready.set()
        await self._stopping.wait()
        server.close()
        for connection in [*server.connections]:
            connection.abort()


@contextmanager
def serve_webchat(
    assistant: Assistant,
    port: int | None = None,
    allowed_origins: tuple[str, ...] = (),
    *,
    clock: Callable[[], float] = time.time,
    **settings: Any,
) -> Iterator[WebChatServer]:
    """Serve until the block ends. ``settings`` are further ones of ``WebChatSettings``."""
    settings["allowed_origins"] = tuple(allowed_origins)
    server = WebChatServer(assistant, port, clock, settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
