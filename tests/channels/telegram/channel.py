"""The Telegram channel as Clara runs it: on her web server, before a scripted assistant."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone

from bot.web import add_health, make_app
from channels.assistant import Assistant, Content, Sender
from channels.message import OutgoingMessage
from channels.sending import DeliveryRecord, Recipient, Sent
from channels.telegram import Mode, Telegram, TelegramSettings
from tests.channels.recorder import Recorder
from tests.servers.smtp import free_port
from tests.servers.telegram import PATIENCE_SECONDS, Customer, TelegramServer
from tests.servers.web import serving

SECRET = "a-secret-of-the-tests-0123456789"
_names = itertools.count(1)


@dataclass
class RunningChannel:
    """The channel between a Telegram server and a recorder."""

    telegram: TelegramServer
    channel: Telegram
    recorder: Recorder
    url: str  # of the webhook
    contents: dict[str, Content] = field(default_factory=dict)

    async def tell(self, customer: Customer, message: OutgoingMessage) -> list[Sent]:
        """Send everything that shows a message."""
        return [
            await self.channel.sending.send(to(customer), request, "key", self.read)
            for request in self.channel.sending.render(message)
        ]

    async def read(self, attachment_id: str) -> Content | None:
        return self.contents.get(attachment_id)


def to(customer: Customer) -> Recipient:
    return Recipient(
        Sender("telegram", "7000000001", str(customer.id)), datetime.now(timezone.utc), "m1"
    )


def settings_for(
    telegram: TelegramServer, port: int, mode: Mode = Mode.WEBHOOK
) -> TelegramSettings:
    """As an operator sets up a bot whose public address is this port."""
    return TelegramSettings(
        token=telegram.token,
        webhook_secret=SECRET if mode is Mode.WEBHOOK else "",
        mode=mode,
        public_url=f"http://127.0.0.1:{port}",
        api_url=telegram.base_url,
    )


@asynccontextmanager
async def serve_channel(
    channel: Telegram, port: int, assistant: Assistant, record: DeliveryRecord
) -> AsyncIterator[None]:
    """On Clara's web server, until the end of the block; then the channel takes nothing more."""
    app = make_app(name=f"telegram-test-{next(_names)}")
    add_health(app, _ready)  # Sanic wants a route, and there is none of ours when polling
    channel.attach(app, assistant, record)
    async with serving(app, port):
        try:
            yield
        finally:
            await asyncio.wait_for(channel.stop(), PATIENCE_SECONDS)


@asynccontextmanager
async def run_channel(
    telegram: TelegramServer,
    recorder: Recorder | None = None,
    mode: Mode = Mode.WEBHOOK,
    *,
    started: bool = True,
    leads: Callable[[], bool] = lambda: True,
) -> AsyncIterator[RunningChannel]:
    """Before a recorder, on a free port, and registered as at a start."""
    recorder = recorder or Recorder()
    port = free_port()
    settings = settings_for(telegram, port, mode)
    channel = Telegram(settings, pause=telegram.advance)
    async with serve_channel(channel, port, recorder, recorder):
        if started:
            channel.start(leads)
            await telegram.until(lambda: bool(telegram.commands))
        yield RunningChannel(telegram, channel, recorder, settings.webhook_url)
    await channel.close()


async def _ready() -> bool:
    return True
