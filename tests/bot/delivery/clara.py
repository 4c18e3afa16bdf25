"""A process of Clara's delivery, for tests that kill it: real records, broker and HTTP.

Its engine counts: what it says is the number of the turn and the text, so that a turn that is
lost, doubled or out of order shows in what the customer reads. Each turn also leaves a demand in
the records, so that an effect without its answer, or an answer without its effect, shows there.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import signal
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from aiohttp import web
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as Records
from sqlalchemy.exc import IntegrityError

import records as records_package
from attendance.attendances import Attendances
from bot.answering import Answer, Saying, Superseded, Turn
from bot.delivery.amqp_news import AmqpNews
from bot.delivery.amqp_queue import AmqpQueue
from bot.delivery.broker import Broker
from bot.delivery.dispatcher import Patience
from bot.delivery.house import Delivery, Habits, Ways
from bot.delivery.sweeper import Rounds
from channels.assistant import IncomingMessage, Sender
from records.tables import dialogue_states
from tests.bot.delivery.provider import HttpChannel

PARTITIONS = 8

HABITS = Habits(
    retries=(0.1, 0.5),
    patience=Patience(poll=0.2, lease=0.3, first_retry=timedelta(seconds=0.1), max_doubts=6),
    rounds=Rounds(every=0.5, wake_again_after=timedelta(seconds=3)),
    waiting_limit=10**9,  # what is said of a long queue would only be in the way
)


class JumpingClock:
    """Shows the time, or another."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead


class CountingEngine:
    """Implements ``bot.answering.Answering``."""

    def __init__(self, records: Records, now: JumpingClock) -> None:
        self._records = records
        self._attendances = Attendances(records, now)

    async def turn(self, turn: Turn) -> Answer:
        version = await asyncio.to_thread(self._version, turn.conversation)
        await asyncio.to_thread(self._act, turn)
        await asyncio.sleep(random.uniform(0, 0.02))  # it thinks: kills shall hit it in a turn
        said = f"{version + 1}:{turn.text}"
        return Answer([{"text": said}], CountedState(turn.conversation, version))

    async def say(self, conversation: str, channel: str, saying: Saying) -> Answer:
        version = await asyncio.to_thread(self._version, conversation)
        return Answer([{"text": saying.response}], CountedState(conversation, version))

    def _act(self, turn: Turn) -> None:
        attendance = self._attendances.current(turn.conversation, turn.channel)
        self._attendances.note_demand(attendance.protocol, turn.conversation, turn.text)

    def _version(self, conversation: str) -> int:
        query = select(dialogue_states.c.version).where(
            dialogue_states.c.conversation_id == conversation
        )
        with self._records.begin() as connection:
            return connection.execute(query).scalar_one_or_none() or 0


@dataclass(frozen=True)
class CountedState:
    """Implements ``bot.answering.DialogueState``, with the same fence as the real one."""

    conversation: str
    version: int

    def store(self, connection: Connection) -> None:
        at = datetime.now(timezone.utc)
        values = {"version": self.version + 1, "recent": 0, "folded": "[]", "changed_at": at}
        of_version = (dialogue_states.c.conversation_id == self.conversation) & (
            dialogue_states.c.version == self.version
        )
        if self.version:
            if not connection.execute(
                update(dialogue_states).where(of_version).values(values)
            ).rowcount:
                raise Superseded
            return
        try:
            connection.execute(
                insert(dialogue_states).values(conversation_id=self.conversation, **values)
            )
        except IntegrityError as taken:
            raise Superseded from taken

    def keep(self) -> None:
        """Nothing is remembered."""


async def run(asked: argparse.Namespace) -> None:
    engine_of_records = records_package.connect(asked.records)
    ways = Ways()
    if asked.broker:
        broker = Broker(asked.broker, heartbeat=2)
        ways = Ways(AmqpQueue(broker, PARTITIONS), AmqpNews(broker))
    now = JumpingClock()
    channel = HttpChannel(asked.provider, deadline=5.0)  # slow machines are no fault
    delivery = Delivery(
        engine_of_records,
        "s" * 32,
        CountingEngine(engine_of_records, now) if asked.role != "gateway" else None,
        channels=[channel],
        sends=asked.role != "engine",
        ways=ways,
        habits=HABITS,
        now=now,
    )
    await delivery.start()

    async def receive(request: web.Request) -> web.Response:
        webhook = await request.json()
        try:
            acceptance = await delivery.conversations.accept(
                IncomingMessage(
                    Sender(channel.name, channel.account, webhook["from"]),
                    webhook["id"],
                    now(),
                    text=webhook["text"],
                )
            )
        except Exception:
            return web.Response(status=503)
        return web.Response(text=acceptance.value)

    async def ready(_: web.Request) -> web.Response:
        return web.Response()

    async def set_clock(request: web.Request) -> web.Response:
        now.ahead = timedelta(hours=(await request.json())["hours"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/in", receive)
    app.router.add_post("/clock", set_clock)
    app.router.add_get("/ready", ready)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", asked.port).start()
    told_to_stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told_to_stop.set)
    await told_to_stop.wait()
    await runner.cleanup()
    await delivery.stop()
    await channel.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("records", "broker", "provider", "role"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--port", type=int)
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
