"""The contract of the work queue and of the news, in one process and over RabbitMQ."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import pytest

from bot.delivery.amqp_news import AmqpNews
from bot.delivery.amqp_queue import AmqpQueue
from bot.delivery.broker import Broker
from bot.delivery.news import AtWork, LocalNews, Missed, NewEntries, News, Notice, ToSend
from bot.delivery.queue import LocalQueue, WorkQueue
from channels.assistant import Author, Entry
from channels.message import OutgoingMessage
from tests.servers.rabbitmq import RabbitServer

PARTITIONS = 4
ENTRY = Entry(1, Author.CUSTOMER, "m1", datetime.now(timezone.utc), OutgoingMessage("segredo"))


@dataclass
class Worker:
    """Works on what it is given; while ``gate`` is closed it does not come to an end."""

    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    again: list[bool] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, conversation: str, again: bool) -> None:
        self.again.append(again)
        await self._note(self.begun, conversation)
        await self.gate.wait()
        await self._note(self.ended, conversation)

    async def _note(self, where: list[str], conversation: str) -> None:
        where.append(conversation)
        async with self.changed:
            self.changed.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(true), 60)


Made = tuple[WorkQueue, News]
Make = Callable[[], Made]


@pytest.fixture(params=["local", "amqp"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """Makes a process's queue and news; over a broker several see each other."""
    if request.param == "local":
        yield lambda: (LocalQueue(), LocalNews())
        return
    server: RabbitServer = request.getfixturevalue("rabbitmq_server")
    name = f"test.{secrets.token_hex(4)}"

    def made() -> Made:
        broker = Broker(server.url)
        return AmqpQueue(broker, PARTITIONS, name), AmqpNews(broker, f"{name}.news")

    yield made


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
async def running(make: Make) -> AsyncIterator[Callable[[Any], Awaitable[Made]]]:
    """Starts processes, and stops them after the test."""
    started: list[Made] = []

    async def start(work: Any) -> Made:
        queue, news = make()
        await news.start()
        await queue.start(work)
        started.append((queue, news))
        return queue, news

    yield start
    for queue, news in started:
        await queue.stop(0)
        await news.stop()


async def test_a_conversation_is_worked_on_by_one_at_a_time(running: Any, worker: Worker) -> None:
    queue, _ = await running(worker)
    queue.put("a")
    await worker.until(lambda: worker.begun == ["a"])
    queue.put("a")
    queue.put("b")
    await worker.until(lambda: worker.begun == ["a", "b"])
    worker.gate.set()
    await worker.until(lambda: worker.ended.count("a") == 2)
    assert worker.begun.count("b") == 1


async def test_one_conversation_does_not_wait_for_another(running: Any, worker: Worker) -> None:
    queue, _ = await running(worker)
    for number in range(12):
        queue.put(f"c{number}")
    await worker.until(lambda: len(worker.begun) == 12)
    assert not worker.ended


async def test_work_that_comes_while_it_is_worked_on_is_not_forgotten(
    running: Any, worker: Worker
) -> None:
    queue, _ = await running(worker)
    queue.put("a")
    await worker.until(lambda: len(worker.begun) == 1)
    queue.put("a", again=True)
    worker.gate.set()
    await worker.until(lambda: len(worker.ended) == 2)
    assert worker.again == [False, True]


async def test_a_stop_lets_what_is_in_hand_finish(running: Any, worker: Worker) -> None:
    queue, _ = await running(worker)
    queue.put("a")
    await worker.until(lambda: worker.begun == ["a"])
    stopping = asyncio.create_task(queue.stop(20))
    worker.gate.set()
    await stopping
    assert worker.ended == ["a"]


async def test_a_stop_does_not_wait_for_ever(running: Any, worker: Worker) -> None:
    queue, _ = await running(worker)
    queue.put("a")
    await worker.until(lambda: worker.begun == ["a"])
    await asyncio.wait_for(queue.stop(0.01), 30)
    assert not worker.ended


async def test_news_are_heard_here_at_once_and_in_order(running: Any) -> None:
    _, news = await running(None)
    heard: list[Notice] = []
    news.listen(heard.append)
    told = [NewEntries("c", ("x",), 1, (ENTRY,)), AtWork(("x",), True), ToSend("courier", "1")]
    for notice in told:
        news.tell(notice)
    assert [one for one in heard if one != Missed()] == told


class TestSeveralProcesses:
    """What only a broker can do."""

    @pytest.fixture(params=["amqp"])
    async def make(self, rabbitmq_server: RabbitServer) -> Make:
        self.server = rabbitmq_server
        name = f"test.{secrets.token_hex(4)}"

        def made() -> Made:
            broker = Broker(rabbitmq_server.url)
            return AmqpQueue(broker, PARTITIONS, name), AmqpNews(broker, f"{name}.news")

        return made

    async def test_who_only_puts_reaches_who_works(self, running: Any, worker: Worker) -> None:
        gateway, _ = await running(None)
        gateway.put("a")  # before anybody is connected
        await running(worker)
        await worker.until(lambda: worker.begun == ["a"])

    async def test_an_engine_that_joins_gets_its_share(self, running: Any) -> None:
        first, second = Worker(), Worker()
        gateway, _ = await running(first)
        first.gate.set()
        second.gate.set()
        gateway.put("before")
        await first.until(lambda: first.begun == ["before"])
        await running(second)
        number = 0
        while not second.begun:
            gateway.put(f"c{number}")
            number += 1
            await asyncio.sleep(0.02)  # the broker decides when; the bound is below
            assert number < 1000
        assert not set(first.begun) & set(second.begun)

    async def test_what_a_dead_engine_had_in_hand_is_given_to_another(self, running: Any) -> None:
        dying, other = Worker(), Worker()
        other.gate.set()
        gateway, _ = await running(None)
        queue, _ = await running(dying)
        conversations = {f"c{number}" for number in range(10)}
        for conversation in conversations:
            gateway.put(conversation)
        await dying.until(lambda: set(dying.begun) == conversations)
        await running(other)
        await queue.stop(0)
        await other.until(lambda: set(other.ended) >= conversations)
        assert all(again for again, which in zip(other.again, other.begun, strict=True)
                   if which in conversations)  # fmt: skip

    async def test_news_of_others_are_heard_in_order_without_what_was_said(
        self, running: Any
    ) -> None:
        _, here = await running(None)
        _, there = await running(None)
        heard: asyncio.Queue[Notice] = asyncio.Queue()
        here.listen(heard.put_nowait)
        told = [NewEntries("c", ("x",), 7, (ENTRY,)), AtWork(("x", "y"), True), ToSend("t", "1")]
        while True:  # until both have connected
            there.tell(AtWork((), False))
            try:
                while await asyncio.wait_for(heard.get(), 0.1) == Missed():
                    pass
                break
            except asyncio.TimeoutError:
                continue
        for notice in told:
            there.tell(notice)
        rest = []
        while len(rest) < 3:
            notice = await asyncio.wait_for(heard.get(), 60)
            if notice not in (AtWork((), False), Missed()):
                rest.append(notice)
        assert rest == [NewEntries("c", ("x",), 7), *told[1:]]
