"""What is sent as one and comes in parts: answered once, whenever its parts come."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine as Records

from bot.answering import SAY_CANNOT_READ, Superseded
from bot.delivery import parked
from bot.delivery.amqp_news import AmqpNews
from bot.delivery.amqp_queue import AmqpQueue
from bot.delivery.broker import Broker
from bot.delivery.house import Delivery, Ways
from bot.delivery.inbox import ANSWERED, WAITING, Inbox, take
from channels.assistant import Acceptance, IncomingMessage, Medium, Sender
from records.tables import inbox
from tests.bot.delivery.conftest import ANA, BIA, HURRIED, SECRET, Time, message, until
from tests.bot.delivery.provider import HttpChannel, Provider
from tests.bot.scripted import ScriptedEngine
from tests.servers.rabbitmq import RabbitServer

UNSEEN = SAY_CANNOT_READ[Medium.IMAGE]


def part(number: int, words: str = "", sender: Sender = ANA) -> IncomingMessage:
    return message(None, f"p{number}", sender, medium=Medium.IMAGE, caption=words, album="13500")


async def accept(delivery: Delivery, *messages: IncomingMessage) -> list[Acceptance]:
    return [await delivery.conversations.accept(one) for one in messages]


async def all_answered(records: Records) -> None:
    def states() -> set[str]:
        with records.begin() as connection:
            return set(connection.execute(select(inbox.c.state)).scalars())

    await until(lambda: states() == {ANSWERED})


@asynccontextmanager
async def life(records: Records, channel: HttpChannel, **habits: Any) -> AsyncIterator[Delivery]:
    """A process from its start to its end."""
    delivery = Delivery(
        records, SECRET, ScriptedEngine(), channels=[channel], habits=replace(HURRIED, **habits)
    )
    await delivery.start()
    yield delivery
    await delivery.stop()


@pytest.mark.parametrize("worded", [0, 1, 2])
async def test_an_album_is_answered_once_wherever_its_words_are(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records, worded: int
) -> None:
    scripted.gate.clear()
    await accept(delivery, message("oi", "m0"))
    await scripted.started.wait()  # so that all of the album has come before its turn
    parts = [part(number, "paguei esta" if number == worded else "") for number in range(3)]
    await accept(delivery, *parts, message("viu?", "m9"))
    scripted.gate.set()
    await provider.until(lambda: len(provider.said_to("ana")) == 3)
    assert provider.said_to("ana") == ["eco: oi", f"{UNSEEN}\n\neco: paguei esta", "eco: viu?"]
    await all_answered(records)
    entries = [entry.message.text for entry in await delivery.conversations.transcript(ANA)]
    assert entries.count("[imagem]") == 2  # a person who attends sees how many there were


async def test_all_words_of_an_album_are_heard_in_order(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine
) -> None:
    scripted.gate.clear()
    await accept(delivery, message("oi", "m0"))
    await scripted.started.wait()
    await accept(delivery, part(1, "a de março"), part(2), part(3, "e a de abril"))
    scripted.gate.set()
    await provider.until(lambda: len(provider.said_to("ana")) == 2)
    assert scripted.heard == ["oi", "a de março\ne a de abril"]


async def test_an_album_is_waited_for_and_nobody_else_has_to(
    records: Records, provider: Provider, channel: HttpChannel
) -> None:
    async with life(records, channel, album_quiet=3600) as waiting:
        await accept(waiting, part(1), message("oi", sender=BIA))
        await provider.until(lambda: provider.said_to("bia") == ["eco: oi"])
        await accept(waiting, part(2, "paguei esta"))
    assert provider.said_to("ana") == []
    async with life(records, channel):
        await provider.until(lambda: len(provider.said_to("ana")) == 1)
        await all_answered(records)
    assert provider.said_to("ana") == [f"{UNSEEN}\n\neco: paguei esta"]


async def test_an_album_that_comes_again_after_a_restart_changes_nothing(
    records: Records, provider: Provider, channel: HttpChannel
) -> None:
    parts = [part(1), part(2, "paguei esta"), part(3)]
    async with life(records, channel, album_quiet=3600) as before:
        await accept(before, *parts)
    async with life(records, channel) as after:
        assert await accept(after, *parts) == [Acceptance.REPEATED] * 3
        await all_answered(records)
    async with life(records, channel) as later:
        assert await accept(later, *reversed(parts)) == [Acceptance.REPEATED] * 3
        await accept(later, message("viu?", "m9"))
        await provider.until(lambda: len(provider.said_to("ana")) == 2)
    assert provider.said_to("ana") == [f"{UNSEEN}\n\neco: paguei esta", "eco: viu?"]


@pytest.mark.parametrize("in_course", [True, False], ids=["being answered", "answered"])
async def test_a_part_that_comes_too_late_says_nothing_unless_it_has_words(
    delivery: Delivery,
    provider: Provider,
    scripted: ScriptedEngine,
    records: Records,
    in_course: bool,
) -> None:
    if in_course:
        scripted.gate.clear()
    await accept(delivery, part(1, "a de março"))
    await scripted.started.wait()
    if not in_course:
        await all_answered(records)
    await accept(delivery, part(2))
    scripted.gate.set()
    await all_answered(records)
    await accept(delivery, part(3, "e a de abril"))
    await provider.until(lambda: len(provider.said_to("ana")) == 2)
    assert provider.said_to("ana") == [f"{UNSEEN}\n\neco: a de março", "eco: e a de abril"]


async def test_albums_of_two_people_are_two(
    delivery: Delivery, provider: Provider, records: Records
) -> None:
    await accept(delivery, part(1, "minha"), part(1, "sua", BIA))
    await provider.until(lambda: bool(provider.said_to("ana") and provider.said_to("bia")))
    assert provider.said_to("ana") == [f"{UNSEEN}\n\neco: minha"]
    assert provider.said_to("bia") == [f"{UNSEEN}\n\neco: sua"]


async def test_an_album_that_fails_is_parked_as_one_and_tried_again_as_one(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records, time: Time
) -> None:
    scripted.gate.clear()
    await accept(delivery, message("oi", "m0"))
    await scripted.started.wait()
    scripted.script["um\ndois"] = [ValueError("boom")] * 3
    await accept(delivery, part(1, "um"), part(2), part(3, "dois"))
    scripted.gate.set()
    await provider.until(lambda: len(provider.said_to("ana")) == 2)
    [item] = parked.listed(records)
    assert item.text.split() == ["um", "dois"]
    parked.retry(records, item.id, time)
    await provider.until(lambda: len(provider.said_to("ana")) == 3)
    assert provider.said_to("ana")[2] == f"{UNSEEN}\n\neco: um\ndois"
    assert parked.listed(records) == []


async def test_an_album_without_words_that_was_parked_is_answered_when_tried_again(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records, time: Time
) -> None:
    say, faults = scripted.say, 0

    async def fails_at_first(*arguments: Any) -> Any:
        nonlocal faults
        faults += 1
        if faults <= 4:  # three attempts, and what is said of them
            raise ValueError("boom")
        return await say(*arguments)

    scripted.say = fails_at_first  # type: ignore[method-assign]
    await accept(delivery, part(1), part(2))
    await until(lambda: parked.listed(records))
    [item] = parked.listed(records)
    parked.retry(records, item.id, time)
    await provider.until(lambda: provider.said_to("ana") == [UNSEEN])


async def test_what_was_answered_in_part_elsewhere_is_looked_at_again(records: Records) -> None:
    box = Inbox(records, SECRET)

    def states() -> list[str]:
        with records.begin() as connection:
            return list(
                connection.execute(select(inbox.c.state).order_by(inbox.c.number)).scalars()
            )

    accepted = box.accept(part(1))
    assert accepted is not None
    first = box.next(accepted.conversation)
    box.accept(part(2))
    whole = box.next(accepted.conversation)
    assert first is not None
    assert whole is not None
    assert (first.numbers, whole.numbers) == ((1,), (1, 2))
    with records.begin() as connection:
        assert take(connection, accepted.conversation, first)
    with pytest.raises(Superseded), records.begin() as connection:
        take(connection, accepted.conversation, whole)
    assert states() == [ANSWERED, WAITING]
    rest = box.next(accepted.conversation)
    assert rest is not None
    assert (rest.numbers, rest.is_afterthought) == ((2,), True)


async def test_scaled_out_it_is_answered_once_too(
    records: Records, provider: Provider, channel: HttpChannel, rabbitmq_server: RabbitServer
) -> None:
    if records.dialect.name == "sqlite":
        pytest.skip("SQLite belongs to one process")
    name = f"test.{secrets.token_hex(4)}"

    def made(engine: ScriptedEngine | None) -> Delivery:
        broker = Broker(rabbitmq_server.url)
        ways = Ways(AmqpQueue(broker, 4, name), AmqpNews(broker, f"{name}.news"))
        return Delivery(
            records,
            SECRET,
            engine,
            channels=[channel],
            sends=engine is None,
            ways=ways,
            habits=HURRIED,
        )

    gateway, engines = made(None), [made(ScriptedEngine()) for _ in range(2)]
    await accept(gateway, part(1), part(2, "paguei esta"), part(3))  # before there is an engine
    await asyncio.gather(*(one.start() for one in (gateway, *engines)))
    await provider.until(lambda: len(provider.said_to("ana")) == 1)
    await all_answered(records)
    await accept(gateway, part(4), part(2, "paguei esta"), message("viu?", "m9"))
    await provider.until(lambda: len(provider.said_to("ana")) == 2)
    assert provider.said_to("ana") == [f"{UNSEEN}\n\neco: paguei esta", "eco: viu?"]
    await asyncio.gather(*(one.stop() for one in (*engines, gateway)))
