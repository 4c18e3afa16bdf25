"""What the Telegram channel's tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.channels.telegram.channel import RunningChannel, run_channel
from tests.servers.telegram import TelegramServer


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer.open() as server:
        yield server


@pytest.fixture
async def running(telegram: TelegramServer) -> AsyncIterator[RunningChannel]:
    async with run_channel(telegram) as running:
        yield running
