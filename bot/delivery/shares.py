"""Spreads the partitions over the engines that are up.

A queue's single active consumer is whoever came first: alone, the first engine would have all of
them for ever. So engines tell each other that they are there, and each knows which partitions are
whose by right. When an engine joins, the others cancel their consumers on its partitions and
queue up again behind it, and the broker makes it active. When one dies nobody has to do anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import uuid
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aio_pika import ExchangeType, Message
from aio_pika.abc import AbstractConnection, AbstractExchange, AbstractIncomingMessage

from bot.faults import describe

GREET_SECONDS = 5.0
GONE_AFTER_SECONDS = 16.0

Yield = Callable[[str], Awaitable[None]]

log = structlog.get_logger(__name__)


class Shares:
    """This engine among the others."""

    def __init__(self, prefix: str, partitions: Sequence[str], yield_partition: Yield) -> None:
        """Let others have what is theirs by calling ``yield_partition``."""
        self._me = uuid.uuid4().hex
        self._exchange_name = f"{prefix}.engines"
        self._partitions = partitions
        self._yield = yield_partition
        self._seen: dict[str, float] = {}
        self._greeting: asyncio.Task[None] | None = None
        self._yielding = asyncio.Lock()

    async def join(self, connection: AbstractConnection) -> None:
        """Greet the others, again and again; called once we stand in every queue."""
        await self.stop()
        channel = await connection.channel(publisher_confirms=False)
        exchange = await channel.declare_exchange(self._exchange_name, ExchangeType.FANOUT)
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        await queue.bind(exchange)
        await queue.consume(self._hear, no_ack=True)
        self._greeting = asyncio.create_task(self._greet(exchange))

    async def stop(self) -> None:
        """Greet no more."""
        greeting, self._greeting = self._greeting, None
        if greeting:
            greeting.cancel()
            await asyncio.gather(greeting, return_exceptions=True)

    async def _greet(self, exchange: AbstractExchange) -> None:
        while True:
            with contextlib.suppress(Exception):  # whoever reconnects joins anew
                await exchange.publish(Message(self._me.encode()), routing_key="")
            await asyncio.sleep(GREET_SECONDS)

    async def _hear(self, message: AbstractIncomingMessage) -> None:
        engine, now = message.body.decode(), asyncio.get_running_loop().time()
        self._seen = {one: at for one, at in self._seen.items() if now - at < GONE_AFTER_SECONDS}
        is_new = engine not in self._seen and engine != self._me
        self._seen[engine] = now
        if is_new:
            await self._make_room_for(engine)

    async def _make_room_for(self, engine: str) -> None:
        engines = {*self._seen, self._me}
        async with self._yielding:
            for partition in self._partitions:
                if owner(partition, engines) != engine:
                    continue
                try:
                    await self._yield(partition)
                except Exception as error:  # the connection went: we join anew
                    log.warning("partition.kept", fault=describe(error))
                    return


def owner(partition: str, engines: set[str]) -> str:
    """Whose a partition is by right: every engine says the same, and one more moves few."""

    def weight(engine: str) -> bytes:
        return hashlib.blake2b(f"{partition} {engine}".encode(), digest_size=8).digest()

    return max(engines, key=weight)
