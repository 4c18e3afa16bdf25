"""The work queue of many processes: RabbitMQ gives each conversation to one engine at a time.

A consistent-hash exchange spreads conversations over a fixed number of quorum queues, the
*partitions*. Each has a single active consumer, so that two engines never work on one
conversation; when an engine dies the broker makes another one active. Wake-ups are persistent,
published with confirms, and acknowledged once their conversation has no work left. They are never
returned to the queue: a turn that fails is tried again in place, then parked (``turns``).

Should the broker ever take a partition from an engine that still works, as it does from one that
hung, the version of the dialogue state lets only one of the two store its turn.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial

import structlog
from aio_pika import DeliveryMode, ExchangeType, Message
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
    AbstractQueue,
)

from bot.delivery.broker import Broker
from bot.delivery.lanes import Lanes, Work
from bot.delivery.shares import Shares
from bot.faults import describe

PARTITIONS = 64
"""Fixed for good: another number would give conversations to other queues while they wait."""

EXCHANGE = "clara.work"
PREFETCH = 8
"""Wake-ups of a partition in hand at a time, so that a slow conversation holds up no other."""

PUBLISHED_AT_ONCE = 64
CONFIRM_SECONDS = 5.0

log = structlog.get_logger(__name__)


class AmqpQueue:
    """Implements ``WorkQueue`` over a broker."""

    def __init__(
        self, broker: Broker, partitions: int = PARTITIONS, prefix: str = EXCHANGE
    ) -> None:
        """Use the exchange and queues whose names begin with ``prefix``."""
        self._broker = broker
        self._names = [f"{prefix}.{number:02}" for number in range(partitions)]
        self._prefix = prefix
        self._lanes: Lanes | None = None
        self._shares = Shares(prefix, self._names, self._yield_partition)
        self._unpublished: dict[str, bool] = {}
        self._bell = asyncio.Event()
        self._exchange: AbstractExchange | None = None
        self._taking: AbstractChannel | None = None
        self._consuming: dict[str, tuple[AbstractQueue, str]] = {}
        self._publishing: asyncio.Task[None] | None = None
        self._acknowledging: set[asyncio.Future[None]] = set()
        self._stopping = False
        broker.on_connection(self._set_up)

    async def start(self, work: Work | None) -> None:
        """See ``WorkQueue.start``; returns before the broker is reached."""
        self._lanes = Lanes(work) if work else None
        self._publishing = asyncio.create_task(self._publish_all())
        self._broker.start()

    def put(self, conversation: str, again: bool = False) -> None:
        """See ``WorkQueue.put``; what the broker does not confirm is published again."""
        self._unpublished[conversation] = self._unpublished.get(conversation, False) or again
        self._bell.set()

    async def stop(self, deadline: float) -> None:
        """See ``WorkQueue.stop``."""
        self._stopping = True
        await self._shares.stop()
        for queue, tag in list(self._consuming.values()):  # the others take over from here
            with contextlib.suppress(Exception):
                await queue.cancel(tag)
        if self._lanes:
            await self._lanes.stop(deadline)
            await asyncio.gather(*self._acknowledging)
        if self._taking:
            with contextlib.suppress(Exception):  # what is unfinished goes to the others
                await self._taking.close()
        if self._publishing:
            self._publishing.cancel()
            await asyncio.gather(self._publishing, return_exceptions=True)
        await self._broker.stop()

    # Putting

    async def _publish_all(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            while self._unpublished and self._exchange:
                some = list(self._unpublished)[:PUBLISHED_AT_ONCE]
                wake_ups = {one: self._unpublished.pop(one) for one in some}
                done = await asyncio.gather(*(self._publish(*one) for one in wake_ups.items()))
                for conversation, published in zip(wake_ups, done, strict=True):
                    if not published:
                        self.put(conversation, wake_ups[conversation])
                if not all(done):
                    await asyncio.sleep(0.2)

    async def _publish(self, conversation: str, again: bool) -> bool:
        exchange = self._exchange
        if exchange is None:
            return False
        message = Message(
            conversation.encode(),
            headers={"again": again},
            delivery_mode=DeliveryMode.PERSISTENT,
        )
        try:
            await exchange.publish(
                message, routing_key=conversation, mandatory=True, timeout=CONFIRM_SECONDS
            )
        except Exception as error:  # not confirmed, or routed nowhere
            log.warning("wake_up.unpublished", conversation=conversation, fault=describe(error))
            return False
        return True

    # Giving out

    async def _set_up(self, connection: AbstractConnection) -> None:
        self._exchange = None
        self._consuming.clear()
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.declare_exchange(
            self._prefix, ExchangeType.X_CONSISTENT_HASH, durable=True
        )
        for name in self._names:
            await self._declare(channel, exchange, name)
        if self._lanes and not self._stopping:
            await self._consume(connection)
        self._exchange = exchange
        self._bell.set()

    @staticmethod
    async def _declare(channel: AbstractChannel, exchange: AbstractExchange, name: str) -> None:
        queue = await channel.declare_queue(
            name,
            durable=True,
            arguments={"x-queue-type": "quorum", "x-single-active-consumer": True},
        )
        await queue.bind(exchange, routing_key="1")  # its weight: all weigh the same

    async def _consume(self, connection: AbstractConnection) -> None:
        channel = self._taking = await connection.channel(publisher_confirms=False)
        await channel.set_qos(PREFETCH)
        for name in self._names:
            if self._stopping:
                return
            queue = await channel.get_queue(name, ensure=False)
            tag = await queue.consume(self._receive)
            self._consuming[name] = queue, tag
        await self._shares.join(connection)

    async def _yield_partition(self, name: str) -> None:
        """Queue up behind the other engines: one that waits becomes active in our place."""
        queue, tag = self._consuming[name]
        await queue.cancel(tag)
        self._consuming[name] = queue, await queue.consume(self._receive)

    async def _receive(self, message: AbstractIncomingMessage) -> None:
        assert self._lanes is not None  # noqa: S101  # only who works consumes
        again = bool(message.redelivered or message.headers.get("again"))
        lane = self._lanes.enter(message.body.decode(), again)
        lane.add_done_callback(partial(self._finished, message))

    def _finished(self, message: AbstractIncomingMessage, lane: asyncio.Task[None]) -> None:
        if not lane.cancelled():
            acknowledging = asyncio.ensure_future(_acknowledge(message))
            self._acknowledging.add(acknowledging)
            acknowledging.add_done_callback(self._acknowledging.discard)


async def _acknowledge(message: AbstractIncomingMessage) -> None:
    with contextlib.suppress(Exception):  # its channel is gone: it comes again, to no effect
        await message.ack()
