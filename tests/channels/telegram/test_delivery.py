"""Telegram and delivery together: what is said arrives, whatever Telegram answers meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import aiohttp
import pytest

import records
from bot.delivery.dispatcher import Patience
from bot.delivery.house import Delivery, Habits
from channels.telegram import Telegram
from tests.bot.scripted import ScriptedEngine
from tests.channels.player import AT_ONCE
from tests.channels.telegram.channel import SECRET, serve_channel, settings_for
from tests.channels.telegram.table import CASES
from tests.servers.smtp import free_port
from tests.servers.telegram import Customer, TelegramServer

AGAIN = timedelta(milliseconds=20)
IMPATIENT = Habits(patience=Patience(poll=0.02, first_retry=AGAIN, longest_retry=AGAIN))


@dataclass(frozen=True)
class Clara:
    """Delivery over Telegram, with an engine that echoes."""

    telegram: TelegramServer
    engine: ScriptedEngine


@pytest.fixture
async def clara(telegram: TelegramServer, database_url: str) -> AsyncIterator[Clara]:
    database = records.connect(database_url)
    records.migrate(database)
    port = free_port()
    channel = Telegram(settings_for(telegram, port), pause=telegram.advance)
    channel.sending.pace = AT_ONCE
    engine = ScriptedEngine()
    delivery = Delivery(
        database,
        "a-secret-of-the-tests-with-more-than-32-characters",
        engine,
        channels=[channel.sending],
        habits=IMPATIENT,
        now=lambda: datetime.fromtimestamp(telegram.now, timezone.utc),
    )
    await delivery.start()
    async with serve_channel(channel, port, delivery.conversations, delivery.reports):
        channel.start(lambda: True)
        await telegram.until(lambda: telegram.webhook is not None)
        yield Clara(telegram, engine)
    await delivery.stop()
    await channel.close()
    database.dispose()


def texts(customer: Customer) -> list[str]:
    return [shown.text for shown in customer.shown]


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_every_update_of_the_table_is_stored_whatever_is_in_it(clara: Clara) -> None:
    telegram = clara.telegram
    assert telegram.webhook is not None
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession(headers=headers) as http:
        for name, case in CASES.items():
            async with http.post(telegram.webhook.url, json=case["update"]) as response:
                assert response.status == 200, name
    _, jose = telegram.customer("Maria"), telegram.customer("José")  # most of it is Maria's
    jose.say("e eu?")
    (answer,) = await jose.hears(1)
    assert answer.text == "eco: e eu?"


async def test_the_delay_that_telegram_asks_for_is_kept(clara: Clara) -> None:
    telegram, maria = clara.telegram, clara.telegram.customer()
    maria.say("um")
    await maria.hears(1)
    telegram.refuse("sendMessage", 429, "Too Many Requests: retry after 600", retry_after=600)
    maria.say("dois")
    await telegram.until(lambda: len(telegram.called("sendMessage")) == 2)
    maria.say("três")
    jose = telegram.customer("José")
    jose.say("e eu?")  # others are not held up
    await jose.hears(1)
    assert texts(maria) == ["eco: um"]
    telegram.now += 601
    await maria.hears(2)
    assert texts(maria) == ["eco: um", "eco: dois", "eco: três"]


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_fault_of_telegrams_delays_and_loses_nothing(clara: Clara, status: int) -> None:
    telegram, maria = clara.telegram, clara.telegram.customer()
    for _ in range(3):
        telegram.refuse("sendMessage", status, "Bad Gateway")
    maria.say("um")
    maria.say("dois")
    while len(telegram.called("sendMessage")) < 5:
        telegram.now += 1
        await telegram.until_or(0.05, lambda: False)
    await maria.hears(2)
    assert texts(maria) == ["eco: um", "eco: dois"]


async def test_a_broken_connection_may_double_but_never_loses(clara: Clara) -> None:
    telegram, maria = clara.telegram, clara.telegram.customer()
    telegram.break_off("sendMessage", after=True)  # it was sent, and we cannot know
    maria.say("um")
    await maria.hears(1)
    while len(maria.shown) < 2:
        telegram.now += 1
        await telegram.until_or(0.05, lambda: False)
    maria.say("dois")
    await maria.hears(2)
    assert texts(maria) == ["eco: um", "eco: um", "eco: dois"]


async def test_who_blocks_us_hears_again_once_they_write(clara: Clara) -> None:
    telegram, maria = clara.telegram, clara.telegram.customer()
    clara.engine.gate.clear()
    maria.say("um")
    await clara.engine.started.wait()
    maria.block()
    await telegram.until(lambda: not telegram.pending)
    clara.engine.gate.set()  # the answer is there, and nobody to hear it
    maria.block(False)
    maria.say("/start")
    (answer,) = await maria.hears(1)
    assert answer.text == "eco: oi"
    assert telegram.called("sendMessage")[-1]["text"] == "eco: oi"


async def test_a_token_that_is_refused_holds_everything_until_it_is_mended(clara: Clara) -> None:
    telegram, maria = clara.telegram, clara.telegram.customer()
    telegram.refuse("sendMessage", 401, "Unauthorized")
    maria.say("um")
    await telegram.until(lambda: len(telegram.called("sendMessage")) == 1)
    maria.say("dois")
    await telegram.until(lambda: not telegram.pending)
    assert texts(maria) == []
    while len(maria.shown) < 2:
        telegram.now += 60
        await telegram.until_or(0.05, lambda: False)
    assert texts(maria) == ["eco: um", "eco: dois"]


async def test_an_album_is_answered_once(clara: Clara) -> None:
    telegram, maria = clara.telegram, clara.telegram.customer()
    photo: dict[str, Any] = {"photo": [{"file_id": "f"}], "media_group_id": "13500"}
    parts = [maria.send(**photo), maria.send(**photo, caption="paguei esta"), maria.send(**photo)]
    await telegram.until(lambda: not telegram.pending)
    for part in parts:
        telegram.happens(message=part["message"])
    maria.say("viu?")
    await maria.hears(2)
    assert texts(maria) == ["say_cannot_see_image\n\neco: paguei esta", "eco: viu?"]


async def test_what_telegram_never_takes_holds_up_nothing(clara: Clara) -> None:
    telegram, maria = clara.telegram, clara.telegram.customer()
    telegram.refuse("sendMessage", 400, "Bad Request: message is too long")
    maria.say("um")
    maria.say("dois")
    (answer,) = await maria.hears(1)
    assert answer.text == "eco: dois"
