"""Showing a customer, where the channel can, that an answer is on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.sending import Recipient, SendingChannel

SHOWN_AFTER = 0.4
"""Seconds that a turn must take before it is worth a call to the provider: most take less."""

SHOWN_AGAIN_AFTER = 4.0
"""Seconds; Telegram shows it for five, WhatsApp for 25."""


@asynccontextmanager
async def showing_work(channel: SendingChannel | None, recipient: Recipient) -> AsyncIterator[None]:
    """Show it for as long as the block runs, if that is long."""
    if channel is None:
        yield
        return
    showing = asyncio.create_task(_show(channel, recipient))
    try:
        yield
    finally:
        showing.cancel()


async def _show(channel: SendingChannel, recipient: Recipient) -> None:
    await asyncio.sleep(SHOWN_AFTER)
    while True:
        await channel.show_working(recipient)
        await asyncio.sleep(SHOWN_AGAIN_AFTER)
