"""What comes in: stored once, answered in order, kindly where it cannot be read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as Records

from bot.answering import SAY_CAME_LATE, SAY_CANNOT_READ, SAY_TAKES_LONGER
from bot.delivery import parked
from bot.delivery.house import Delivery
from bot.delivery.retention import KEPT_KEYS, purge
from bot.delivery.turns import MAX_ATTEMPTS
from channels.assistant import Acceptance, Medium, Sender
from records.tables import aliases, conversations, inbox
from tests.bot.delivery.conftest import ANA, HURRIED, SECRET, Time, message, until
from tests.bot.delivery.provider import HttpChannel, Provider
from tests.bot.scripted import ScriptedEngine

PHONE = Sender("courier", "1", "+5591")
OTHER = Sender("courier", "1", "BR.77")


def rows(records: Records) -> list[Any]:
    with records.begin() as connection:
        return connection.execute(select(inbox).order_by(inbox.c.id)).all()


def number_of_conversations(records: Records) -> int:
    with records.begin() as connection:
        return connection.execute(select(func.count()).select_from(conversations)).scalar_one()


async def test_what_is_accepted_outlives_a_power_failure(
    delivery: Delivery, records: Records
) -> None:
    if records.dialect.name != "sqlite":
        pytest.skip("PostgreSQL waits for the disk at every commit")
    levels: list[int] = []

    def look(connection: Connection, _: object, statement: str, *__: object) -> None:
        if statement.startswith("INSERT INTO inbox"):
            driver = connection.connection.cursor()
            levels.extend(driver.execute("PRAGMA synchronous").fetchone())

    event.listen(records, "before_cursor_execute", look)
    await delivery.conversations.accept(message("oi"))
    assert levels == [2]  # FULL: the commit waits for the disk


async def test_several_ids_of_a_person_are_one_conversation(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records
) -> None:
    accept = delivery.conversations.accept
    await accept(message("um", "m1", PHONE))
    await accept(message("dois", "m2", OTHER, also=(PHONE,)))
    assert await accept(message("dois", "m2", PHONE)) is Acceptance.REPEATED
    await accept(message("três", "m3", OTHER))
    await provider.until(lambda: len(provider.calls) == 3)
    assert len({turn.conversation for turn in scripted.turns}) == 1


async def test_of_two_conversations_of_one_person_the_older_goes_on(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records
) -> None:
    accept = delivery.conversations.accept
    await accept(message("um", "m1", OTHER))
    await accept(message("dois", "m2", PHONE))
    assert number_of_conversations(records) == 2
    await provider.until(lambda: len(provider.calls) == 2)
    older = next(turn.conversation for turn in scripted.turns if turn.text == "um")
    await accept(message("três", "m3", PHONE, also=(OTHER,)))
    await provider.until(lambda: len(provider.calls) == 3)
    assert scripted.turns[-1].conversation == older
    with records.begin() as connection:
        assert set(connection.execute(select(aliases.c.conversation_id)).scalars()) == {older}


@pytest.mark.parametrize("medium", list(Medium))
async def test_what_clara_cannot_read_is_answered_without_a_turn(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, medium: Medium
) -> None:
    await delivery.conversations.accept(message(None, medium=medium))
    await provider.until(lambda: len(provider.said_to("ana")) == 1)
    assert provider.said_to("ana")[0].startswith(SAY_CANNOT_READ[medium])
    assert scripted.turns == []
    [entry, _] = await delivery.conversations.transcript(ANA)
    assert re.fullmatch(r"\[\w+\]", entry.message.text)


async def test_the_caption_of_what_she_cannot_see_is_read(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine
) -> None:
    picture = message(None, medium=Medium.IMAGE, caption="/segunda via")
    await delivery.conversations.accept(picture)
    await provider.until(lambda: len(provider.said_to("ana")) == 1)
    assert scripted.heard == ["segunda via"]
    assert provider.said_to("ana")[0].startswith(SAY_CANNOT_READ[Medium.IMAGE])


async def test_what_comes_hours_late_is_not_acted_on(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, time: Time
) -> None:
    late = time() - timedelta(hours=2, minutes=1)
    await delivery.conversations.accept(message("cancele tudo", sent_at=late))
    await provider.until(lambda: len(provider.said_to("ana")) == 1)
    assert scripted.heard == ["/show_menu"]
    assert provider.said_to("ana")[0].startswith(SAY_CAME_LATE)


async def test_of_several_messages_that_come_hours_late_one_is_answered(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records, time: Time
) -> None:
    accept = delivery.conversations.accept

    async def write(text: str, hours_ago: float) -> None:
        before = len(rows(records))
        await accept(message(text, text, sent_at=time() - timedelta(hours=hours_ago)))
        await until(lambda: [row.state for row in rows(records)] == ["answered"] * (before + 1))

    for number in range(3):
        await write(f"ontem {number}", hours_ago=20 - number)
    await write("e agora?", hours_ago=0)
    await write("ontem 4", hours_ago=15)  # brought after that one
    time.ahead = timedelta(minutes=31)
    await write("ontem 5", hours_ago=14)
    await provider.until(lambda: len(provider.said_to("ana")) == 4)
    is_apology = [text.startswith(SAY_CAME_LATE) for text in provider.said_to("ana")]
    assert is_apology == [True, False, True, True]
    assert scripted.heard == ["/show_menu", "e agora?", "/show_menu", "/show_menu"]


async def test_while_much_waits_customers_are_told_once(
    records: Records, provider: Provider, channel: HttpChannel, scripted: ScriptedEngine
) -> None:
    habits = replace(HURRIED, waiting_limit=2)
    delivery = Delivery(records, SECRET, scripted, channels=[channel], habits=habits)
    await delivery.start()
    scripted.gate.clear()
    for number in range(3):
        sender = Sender("courier", "1", f"c{number}")
        await delivery.conversations.accept(message("oi", sender=sender))
    await until(lambda: delivery._sweeper.backlog.messages == 3)
    await delivery.conversations.accept(message("oi", "m1"))
    await provider.until(lambda: len(provider.said_to("ana")) == 1)
    await delivery.conversations.accept(message("alô?", "m2"))
    scripted.gate.set()
    await provider.until(lambda: len(provider.said_to("ana")) == 3)
    from actions.replies import replies

    told, *answers = provider.said_to("ana")
    assert told in [variation["text"] for variation in replies()[SAY_TAKES_LONGER]]
    assert answers == ["eco: oi", "eco: alô?"]
    await delivery.stop()


async def test_a_turn_that_keeps_failing_is_parked_told_and_can_be_tried_again(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records, time: Time
) -> None:
    scripted.script["cpf 529.982.247-25"] = [ValueError("boom")] * 3
    await delivery.conversations.accept(message("cpf 529.982.247-25"))
    await provider.until(lambda: len(provider.said_to("ana")) == 1)
    assert provider.said_to("ana")[0].startswith("say_technical_fault")
    await delivery.conversations.accept(message("oi", "m2"))
    await provider.until(lambda: provider.said_to("ana")[1:] == ["eco: oi"])
    [item] = parked.listed(records)
    assert (item.reason, item.attempts, item.channel) == ("ValueError", 3, "courier")
    assert "529" not in item.text
    parked.retry(records, item.id, time)
    await provider.until(lambda: len(provider.said_to("ana")) == 3)
    assert provider.said_to("ana")[2] == "eco: cpf 529.982.247-25"
    assert parked.listed(records) == []


async def test_what_is_dropped_is_not_tried_again(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records, time: Time
) -> None:
    scripted.script["oi"] = [[]]
    await delivery.conversations.accept(message("oi"))
    await provider.until(lambda: len(provider.said_to("ana")) == 1)
    [item] = parked.listed(records)
    parked.drop(records, item.id)
    for gone in (item.id, "envio-999", "nada"):
        with pytest.raises(parked.NothingParked):
            parked.retry(records, gone, time)
    assert await delivery.conversations.accept(message("oi")) is Acceptance.REPEATED


@asynccontextmanager
async def one_life(
    records: Records, channel: HttpChannel, time: Time
) -> AsyncIterator[tuple[Delivery, ScriptedEngine]]:
    """A process that begins to answer and dies without a word."""
    hanging = ScriptedEngine()
    hanging.gate.clear()
    delivery = Delivery(records, SECRET, hanging, channels=[channel], habits=HURRIED, now=time)
    await delivery.start()
    yield delivery, hanging
    await delivery.stop(deadline=0)


async def test_a_message_that_kills_whoever_tries_it_is_parked_in_the_end(
    records: Records, channel: HttpChannel, time: Time
) -> None:
    lives = 0
    while not parked.listed(records):
        async with one_life(records, channel, time) as (delivery, hanging):
            if not lives:
                await delivery.conversations.accept(message("veneno"))
            await until(lambda tried=hanging.turns: tried or parked.listed(records))
        lives += 1
        assert lives < 20
    assert lives == 1 + MAX_ATTEMPTS + 1  # the last one only parks it


async def test_what_waits_behind_a_message_that_was_interrupted_is_not_suspected(
    records: Records, provider: Provider, channel: HttpChannel, time: Time
) -> None:
    for life in range(MAX_ATTEMPTS):
        async with one_life(records, channel, time) as (delivery, hanging):
            for number in range(0 if life else 3):
                await delivery.conversations.accept(message(f"t{number}", f"m{number}"))
            await hanging.started.wait()
    async with one_life(records, channel, time) as (delivery, hanging):
        hanging.gate.set()
        await provider.until(lambda: len(provider.said_to("ana")) == 3)
    assert provider.said_to("ana") == ["eco: t0", "eco: t1", "eco: t2"]
    assert [row.attempts for row in rows(records)] == [MAX_ATTEMPTS, 0, 0]


async def test_what_was_interrupted_more_than_once_is_tried_alone(
    records: Records, channel: HttpChannel, time: Time
) -> None:
    """So that of many messages in hand only the one that kills comes to be parked."""
    people = [Sender("courier", "1", f"c{number}") for number in range(4)]
    for life, side_by_side in enumerate([4, 4, 1, 1]):
        async with one_life(records, channel, time) as (delivery, hanging):
            for sender in () if life else people:
                await delivery.conversations.accept(message("oi", "m1", sender))
            await until(lambda tried=hanging.turns, n=side_by_side: len(tried) == n)
    assert sum(row.attempts for row in rows(records)) == 0 + 4 + 1 + 1


@pytest.mark.parametrize("hours", [-30, -1.5, 30])
async def test_the_clock_jumps(
    delivery: Delivery, provider: Provider, time: Time, records: Records, hours: float
) -> None:
    provider.outcomes.extend([500, 500])
    await delivery.conversations.accept(message("um", "m1", sent_at=time()))
    await provider.until(lambda: len(provider.calls) == 1)
    time.ahead = timedelta(hours=hours)
    for number, text in enumerate(["dois", "três"]):
        await delivery.conversations.accept(message(text, f"n{number}", sent_at=time()))
    await provider.until(lambda: len(provider.said_to("ana")) == 3)
    assert provider.said_to("ana") == ["eco: um", "eco: dois", "eco: três"]


async def test_a_wake_up_that_nobody_heard_is_made_good(
    delivery: Delivery, provider: Provider, records: Records, time: Time
) -> None:
    inbox_of_another = delivery.conversations._doors.inbox
    stored = await asyncio.to_thread(inbox_of_another.accept, message("oi"))
    assert stored is not None  # and its process died before it told anybody
    time.ahead = timedelta(minutes=2)
    await provider.until(lambda: provider.said_to("ana") == ["eco: oi"])


async def test_keys_are_kept_for_more_than_a_week_and_then_forgotten(
    delivery: Delivery, provider: Provider, records: Records, time: Time
) -> None:
    accept = delivery.conversations.accept
    await accept(message("oi"))
    await provider.until(lambda: provider.said_to("ana") == ["eco: oi"])
    time.ahead = timedelta(days=8)
    await asyncio.to_thread(purge, records, time())
    assert await accept(message("oi")) is Acceptance.REPEATED
    time.ahead = KEPT_KEYS + timedelta(minutes=1)
    await asyncio.to_thread(purge, records, time())
    assert rows(records) == []


async def test_nothing_that_waits_or_is_parked_is_forgotten(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records, time: Time
) -> None:
    scripted.script["oi"] = [[]]
    await delivery.conversations.accept(message("oi"))
    await until(lambda: parked.listed(records))
    with records.begin() as connection:
        connection.execute(update(inbox).values(accepted_at=time() - timedelta(days=20)))
    await asyncio.to_thread(purge, records, time())
    assert len(rows(records)) == 1
