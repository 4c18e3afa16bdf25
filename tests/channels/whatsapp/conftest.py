"""What the WhatsApp channel's tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.channels.whatsapp.channel import RunningChannel, run_channel
from tests.servers.whatsapp import WhatsAppServer


@pytest.fixture
async def whatsapp() -> AsyncIterator[WhatsAppServer]:
    async with WhatsAppServer.open() as server:
        yield server


@pytest.fixture
async def running(whatsapp: WhatsAppServer) -> AsyncIterator[RunningChannel]:
    async with run_channel(whatsapp) as running:
        yield running
