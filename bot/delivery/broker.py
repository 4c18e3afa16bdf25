"""The connection to RabbitMQ: kept up in the background, set up anew each time it comes back.

Nobody waits for it. While it is away messages are accepted all the same, since the records are
the truth; they are answered when it is back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection
from aio_pika.connection import make_url

from bot.faults import describe

CONNECT_SECONDS = 10.0
HEARTBEAT_SECONDS = 10
"""A process that hangs loses its partitions to another after two to three of these."""

SLOWEST_RETRY = 5.0
"""Seconds between attempts to connect, at most."""

SetUp = Callable[[AbstractConnection], Awaitable[None]]

log = structlog.get_logger(__name__)


class Broker:
    """Connects, has everybody set up what they need, and does so again after every loss."""

    def __init__(self, url: str, heartbeat: int = HEARTBEAT_SECONDS) -> None:
        """``url`` is an ``amqp://`` or ``amqps://`` one, with its password: never log it."""
        named = make_url(url)
        # aio-pika reads it from there only; an operator's own stands.
        self._url = named.update_query({"heartbeat": str(heartbeat), **named.query})
        self._set_ups: list[SetUp] = []
        self._keeping: asyncio.Task[None] | None = None
        self._users = 0

    def on_connection(self, set_up: SetUp) -> None:
        """Call ``set_up`` with every new connection, after those that were named before it."""
        self._set_ups.append(set_up)

    def start(self) -> None:
        """Begin to connect; each start needs a stop."""
        self._users += 1
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Disconnect, once nobody needs the connection any more."""
        self._users -= 1
        if self._users or self._keeping is None:
            return
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)
        self._keeping = None

    async def _keep(self) -> None:
        wait = 0.1
        while True:
            try:
                await self._connected()
                wait = 0.1
            except Exception as error:
                log.error("broker.unreachable", fault=describe(error))
            await asyncio.sleep(wait)
            wait = min(2 * wait, SLOWEST_RETRY)

    async def _connected(self) -> None:
        """Connect and stay so; returns when the connection is lost."""
        connection = await aio_pika.connect(self._url, timeout=CONNECT_SECONDS)
        lost = asyncio.Event()
        connection.close_callbacks.add(lambda *_: lost.set())
        try:
            for set_up in self._set_ups:
                await set_up(connection)
            log.info("broker.connected")
            await lost.wait()
            log.error("broker.lost")
        finally:
            with contextlib.suppress(Exception):
                await connection.close()
