"""Long polling: the same updates, for a machine that nobody can call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from sqlalchemy.engine import Engine as Records

import records
from bot.delivery.dispatcher import Patience
from bot.delivery.house import Delivery, Habits
from channels.telegram import Mode, Telegram
from channels.telegram.api import ApiError
from channels.telegram.polling import ANOTHER_POLLS, WEBHOOK_IS_ACTIVE, explain
from tests.bot.scripted import ScriptedEngine
from tests.channels.recorder import Recorder
from tests.channels.telegram.channel import run_channel, serve_channel, settings_for
from tests.servers.postgres import PostgresServer
from tests.servers.smtp import free_port
from tests.servers.telegram import TelegramServer, Webhook


async def settled(telegram: TelegramServer) -> None:
    await telegram.until(lambda: not telegram.pending)


async def test_what_waited_and_what_comes_is_accepted_in_order(telegram: TelegramServer) -> None:
    maria = telegram.customer()
    maria.say("um")
    maria.say("dois")
    async with run_channel(telegram, mode=Mode.POLLING) as running:
        await settled(telegram)
        maria.say("três")
        update = maria.press("c_1")
        await settled(telegram)
        assert running.recorder.texts == ["um", "dois", "três", None]
        await telegram.until(lambda: telegram.answered == [update["callback_query"]["id"]])
        assert telegram.called("setWebhook") == []
        assert telegram.commands[0]["command"] == "start"


async def test_no_webhook_is_served(telegram: TelegramServer) -> None:
    async with run_channel(telegram, mode=Mode.POLLING) as running:
        telegram.webhook = Webhook(running.url, "", [])
        telegram.customer().say("forjada")
        await telegram.until(lambda: bool(telegram.deliveries))
        assert telegram.deliveries[0][1] == 404
        telegram.webhook = None


async def test_an_update_is_confirmed_only_after_it_is_stored(telegram: TelegramServer) -> None:
    recorder = Recorder()
    recorder.faults = [RuntimeError("the records are away")] * 3
    maria = telegram.customer()
    maria.say("um")
    maria.say("dois")
    async with run_channel(telegram, recorder, Mode.POLLING):
        await settled(telegram)
    assert recorder.texts == ["um", "dois"]
    assert recorder.repeats == 0
    assert telegram.confirmed == 2


async def test_what_a_crash_left_unconfirmed_is_recognised(telegram: TelegramServer) -> None:
    recorder = Recorder()
    maria = telegram.customer()
    maria.say("um")
    async with run_channel(telegram, recorder, Mode.POLLING):
        await telegram.until(lambda: recorder.texts == ["um"])
        # The question that would confirm it may or may not have been asked by now.
    again = dict(telegram.pending[0]) if telegram.pending else None
    async with run_channel(telegram, recorder, Mode.POLLING):
        await settled(telegram)
    assert recorder.texts == ["um"]
    assert recorder.repeats == (1 if again else 0)


@pytest.mark.parametrize(
    ("status", "description", "parameters"),
    [
        (500, "Internal Server Error", {}),
        (502, "Bad Gateway", {}),
        (429, "Too Many Requests: retry after 7", {"retry_after": 7}),
        (401, "Unauthorized", {}),
        (409, "Conflict: terminated by other getUpdates request", {}),
    ],
)
async def test_asking_goes_on_after_any_refusal(
    telegram: TelegramServer, status: int, description: str, parameters: dict[str, int]
) -> None:
    telegram.customer().say("oi")
    before = telegram.now
    telegram.refuse("getUpdates", status, description, **parameters)
    async with run_channel(telegram, mode=Mode.POLLING) as running:
        await settled(telegram)
        assert running.recorder.texts == ["oi"]
        assert telegram.now - before >= parameters.get("retry_after", 0.5)


@pytest.mark.parametrize("after", [True, False])
async def test_asking_goes_on_after_a_broken_connection(
    telegram: TelegramServer, after: bool
) -> None:
    telegram.customer().say("oi")
    telegram.break_off("getUpdates", after)
    async with run_channel(telegram, mode=Mode.POLLING) as running:
        await settled(telegram)
        assert running.recorder.texts == ["oi"]


async def test_a_webhook_that_is_registered_is_left_in_place_and_told_of(
    telegram: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.webhook = Webhook("https://clara.example/webhooks/telegram", "s", [])
    async with run_channel(telegram, mode=Mode.POLLING) as running:
        await telegram.until(lambda: len(telegram.called("getUpdates")) >= 3)
        assert telegram.called("deleteWebhook") == []
        assert WEBHOOK_IS_ACTIVE in caplog.text
        telegram.webhook = None  # the operator deletes it
        telegram.customer().say("oi")
        await settled(telegram)
        assert running.recorder.texts == ["oi"]


async def test_a_process_that_does_not_lead_stands_by(telegram: TelegramServer) -> None:
    looked = 0

    def leads() -> bool:
        nonlocal looked
        looked += 1
        return looked > 3

    telegram.customer().say("oi")
    async with run_channel(telegram, mode=Mode.POLLING, leads=leads) as running:
        await settled(telegram)
        assert running.recorder.texts == ["oi"]
    assert len(telegram.called("getUpdates")) <= looked - 3


@dataclass
class Process:
    """A gateway and engine of its own, which others may stand beside."""

    delivery: Delivery
    channel: Telegram

    async def stop(self) -> None:
        await self.channel.stop()
        await self.delivery.stop()


@asynccontextmanager
async def one_of_several(telegram: TelegramServer, database: Records) -> AsyncIterator[Process]:
    port = free_port()
    channel = Telegram(settings_for(telegram, port, Mode.POLLING), pause=_shortly)
    delivery = Delivery(
        database,
        "a-secret-of-the-tests-with-more-than-32-characters",
        ScriptedEngine(),
        channels=[channel.sending],
        habits=Habits(patience=Patience(poll=0.05, lease=0.05)),
    )
    await delivery.start()
    async with serve_channel(channel, port, delivery.conversations, delivery.reports):
        channel.start(partial(delivery.leads, channel.sending))
        yield Process(delivery, channel)
    await channel.close()


async def _shortly(_: float) -> None:
    await asyncio.sleep(0.01)


async def test_when_the_one_that_asks_stops_another_does(
    telegram: TelegramServer, postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.now = int(time.time())
    database = records.connect(postgres_server.new_database())
    records.migrate(database)
    async with AsyncExitStack() as stack:
        ways = [one_of_several(telegram, database) for _ in range(2)]
        processes = [await stack.enter_async_context(one) for one in ways]
        maria = telegram.customer("Maria")
        maria.say("um")
        await maria.hears(1)
        leading = [one.delivery.leads(one.channel.sending) for one in processes]
        assert sorted(leading) == [False, True]
        await processes[leading.index(True)].stop()
        maria.say("dois")
        await maria.hears(1)
        assert [shown.text for shown in maria.shown] == ["eco: um", "eco: dois"]
        await processes[leading.index(False)].stop()
    assert ANOTHER_POLLS not in caplog.text
    database.dispose()


async def test_two_processes_of_one_bot_are_told_of(
    telegram: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = Recorder()
    one = run_channel(telegram, recorder, Mode.POLLING)
    other = run_channel(telegram, recorder, Mode.POLLING)
    async with one, other:
        telegram.customer().say("oi")
        await telegram.until(lambda: recorder.texts == ["oi"])
    assert ANOTHER_POLLS in caplog.text


def test_other_refusals_are_explained_by_the_table() -> None:
    assert explain(ApiError(401, "Unauthorized")) == "o token do robô não vale mais"


async def test_a_malformed_update_stops_nothing(
    telegram: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_channel(telegram, mode=Mode.POLLING) as running:
        telegram.happens(message={"chat": 5})
        telegram.happens(message={"text": "sem conversa"})
        telegram.customer().say("oi")
        await settled(telegram)
        assert running.recorder.texts == ["oi"]
