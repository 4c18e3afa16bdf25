"""A small HTTP server that answers as it is told to, well or badly, and remembers who asked."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Behaviour = Callable[["Handler"], None]


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    client_port: int  # tells connections apart


@dataclass
class MisbehavingServer:
    """Behaves as the next of ``behaviours`` says; the last one is for all that follow."""

    base_url: str = ""
    behaviours: list[Behaviour] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    stopping: Event = field(default_factory=Event)

    def will(self, *behaviours: Behaviour) -> None:
        """Say how to behave from now on."""
        self.behaviours[:] = behaviours

    def next_behaviour(self) -> Behaviour:
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    state: MisbehavingServer

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        self.state.received.append(
            Received(
                self.command,
                self.path,
                dict(self.headers.items()),
                body,
                self.client_address[1],
            )
        )
        self.state.next_behaviour()(self)

    do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - the names http.server looks for

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


@contextmanager
def misbehaving_server() -> Iterator[MisbehavingServer]:
    """Run a server on the loopback until the block ends."""
    state = MisbehavingServer()
    handler = type("BoundHandler", (Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    state.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def answer(body: Any, status: int = 200, **headers: str) -> Behaviour:
    """Answer with JSON, or with text as it is."""
    content = (body if isinstance(body, str) else json.dumps(body)).encode()

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return behave


def chunked_gzip(body: Any) -> Behaviour:
    """Answer with compressed JSON in chunks of a few bytes, as proxies may."""
    content = gzip.compress(json.dumps(body).encode())

    def behave(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(content), 7):
            piece = content[start : start + 7]
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    return behave


def hang(handler: Handler) -> None:
    """Accept the request and say nothing."""
    handler.state.stopping.wait(30)


def hang_up(handler: Handler) -> None:
    """Close the connection without an answer."""
    handler.close_connection = True


def trickle(handler: Handler) -> None:
    """Answer so slowly that it never ends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.state.stopping.wait(0.05):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


def elapsed_since(start: float) -> float:
    """Return seconds since ``start``, which ``time.monotonic`` gave."""
    return time.monotonic() - start
