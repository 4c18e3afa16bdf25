"""News between many processes: a fanout exchange, and a queue for each that lives as long as it.

This process hears its own news at once, with or without a broker. What others told while the
connection was away is not repeated; everybody who follows then reads the records (``Missed``).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections import deque
from dataclasses import asdict, replace

from aio_pika import ExchangeType, Message
from aio_pika.abc import AbstractConnection, AbstractExchange, AbstractIncomingMessage

from bot.delivery.broker import Broker
from bot.delivery.news import AtWork, Ear, LocalNews, Missed, NewEntries, Notice, ToSend

EXCHANGE = "clara.news"
UNHEARD = 10_000
"""News that wait, for a slow process or for the broker; older ones are dropped."""

_KINDS: dict[str, type[NewEntries] | type[AtWork] | type[ToSend]] = {
    "entries": NewEntries,
    "work": AtWork,
    "send": ToSend,
}


class AmqpNews:
    """Implements ``News`` over a broker."""

    def __init__(self, broker: Broker, exchange: str = EXCHANGE) -> None:
        """Tell and hear over the exchange of this name."""
        self._broker = broker
        self._name = exchange
        self._me = uuid.uuid4().hex
        self._here = LocalNews()
        self._untold: deque[Notice] = deque(maxlen=UNHEARD)
        self._bell = asyncio.Event()
        self._exchange: AbstractExchange | None = None
        self._telling: asyncio.Task[None] | None = None
        broker.on_connection(self._set_up)

    def listen(self, ear: Ear) -> None:
        """See ``News.listen``."""
        self._here.listen(ear)

    def tell(self, notice: Notice) -> None:
        """See ``News.tell``."""
        self._here.tell(notice)
        if self._exchange:  # whoever was away reads the records when it is back
            self._untold.append(notice)
            self._bell.set()

    async def start(self) -> None:
        """See ``News.start``; returns before the broker is reached."""
        self._telling = asyncio.create_task(self._tell_all())
        self._broker.start()

    async def stop(self) -> None:
        """See ``News.stop``; what was told before it is still passed on."""
        if self._telling:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._all_told(), 1.0)
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        await self._broker.stop()

    async def _all_told(self) -> None:
        while self._untold:
            await asyncio.sleep(0.01)

    async def _tell_all(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            while self._untold and self._exchange:
                with contextlib.suppress(Exception):  # lost: the others read the records
                    await self._exchange.publish(
                        Message(to_bytes(self._untold[0]), app_id=self._me), routing_key=""
                    )
                self._untold.popleft()

    async def _set_up(self, connection: AbstractConnection) -> None:
        self._exchange = None
        connection.close_callbacks.add(self._lost)
        channel = await connection.channel(publisher_confirms=False)
        exchange = await channel.declare_exchange(self._name, ExchangeType.FANOUT)
        queue = await channel.declare_queue(
            exclusive=True, auto_delete=True, arguments={"x-max-length": UNHEARD}
        )
        await queue.bind(exchange)
        await queue.consume(self._hear, no_ack=True)
        self._exchange = exchange
        self._here.tell(Missed())

    def _lost(self, *_: object) -> None:
        self._exchange = None
        self._untold.clear()

    async def _hear(self, message: AbstractIncomingMessage) -> None:
        if message.app_id != self._me:
            self._here.tell(from_bytes(message.body))


def to_bytes(notice: Notice) -> bytes:
    """A notice as others read it, without what customers wrote."""
    kind = next(name for name, one in _KINDS.items() if isinstance(notice, one))
    if isinstance(notice, NewEntries):
        notice = replace(notice, entries=())
    return json.dumps({"kind": kind, **asdict(notice)}).encode()


def from_bytes(told: bytes) -> Notice:
    """The notice that ``to_bytes`` was called with."""
    values = json.loads(told)
    kind = _KINDS[values.pop("kind")]
    for name in ("audience", "entries"):
        if name in values:
            values[name] = tuple(values[name])
    return kind(**values)
