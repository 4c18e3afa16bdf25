"""Delivery over a scripted engine and a provider of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.engine import Engine as Records

from bot.delivery.dispatcher import Patience
from bot.delivery.house import Delivery, Habits
from bot.delivery.sweeper import Rounds
from channels.assistant import IncomingMessage, Sender
from tests.bot.delivery.provider import HttpChannel, Provider
from tests.bot.scripted import ScriptedEngine

SECRET = "s" * 32
ANA = Sender("courier", "1", "ana")
BIA = Sender("courier", "1", "bia")

HURRIED = Habits(
    retries=(0.01, 0.01),
    album_quiet=0.05,
    patience=Patience(
        poll=0.05,
        lease=0.05,
        receipt=timedelta(seconds=0.3),
        first_retry=timedelta(seconds=0.02),
        max_attempts=5,
    ),
    rounds=Rounds(every=0.05),
)
"""Everything soon, for tests: what is checked is the order of things."""


def message(
    text: str | None, id_: str = "m1", sender: Sender = ANA, **more: Any
) -> IncomingMessage:
    more.setdefault("sent_at", datetime.now(timezone.utc))
    return IncomingMessage(sender, id_, text=text, **more)


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with Provider.open() as provider:
        yield provider


@pytest.fixture
async def channel(provider: Provider) -> AsyncIterator[HttpChannel]:
    channel = HttpChannel(provider.url)
    yield channel
    await channel.close()


@pytest.fixture
async def scripted() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
async def delivery(
    records: Records, scripted: ScriptedEngine, channel: HttpChannel, time: Time
) -> AsyncIterator[Delivery]:
    delivery = Delivery(records, SECRET, scripted, channels=[channel], habits=HURRIED, now=time)
    await delivery.start()
    yield delivery
    scripted.gate.set()
    await delivery.stop()


class Time:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead


@pytest.fixture
def time() -> Time:
    return Time()


async def until(true: Callable[[], Any]) -> None:
    """Wait for something that only the records show."""

    async def look() -> None:
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.01)  # polling a condition; the deadline bounds it

    await asyncio.wait_for(look(), 60)
