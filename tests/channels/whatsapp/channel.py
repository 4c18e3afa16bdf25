"""The WhatsApp channel as Clara runs it: on her web server, before a scripted assistant."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.web import make_app
from channels.assistant import Assistant, Content, Sender
from channels.message import OutgoingMessage
from channels.sending import DeliveryRecord, Recipient, Sent
from channels.whatsapp import WhatsApp, WhatsAppSettings
from tests.channels.recorder import Recorder
from tests.servers.smtp import free_port
from tests.servers.web import serving
from tests.servers.whatsapp import (
    ACCESS_TOKEN,
    APP_SECRET,
    EPOCH,
    NUMBER_ID,
    VERIFY_TOKEN,
    Person,
    WhatsAppServer,
)

_names = itertools.count(1)


@dataclass
class RunningChannel:
    """The channel between a server of Meta's and a recorder."""

    whatsapp: WhatsAppServer
    channel: WhatsApp
    recorder: Recorder
    contents: dict[str, Content] = field(default_factory=dict)
    keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def tell(
        self, person: Person, message: OutgoingMessage, *, hours_ago: float = 0
    ) -> list[Sent]:
        """Send everything that shows a message to somebody who wrote so many hours ago."""
        return [
            await self.channel.sending.send(
                to(person, hours_ago), request, f"key-{next(self.keys)}", self.read
            )
            for request in self.channel.sending.render(message)
        ]

    async def read(self, attachment_id: str) -> Content | None:
        return self.contents.get(attachment_id)


def to(person: Person, hours_ago: float = 0) -> Recipient:
    heard_at = clock() - timedelta(hours=hours_ago)
    return Recipient(Sender("whatsapp", NUMBER_ID, person.phone or person.user_id), heard_at, "w")


def clock() -> datetime:
    return datetime.fromtimestamp(EPOCH, timezone.utc)


def settings_for(whatsapp: WhatsAppServer, **changes: Any) -> WhatsAppSettings:
    values = {
        "phone_number_id": NUMBER_ID,
        "access_token": ACCESS_TOKEN,
        "app_secret": APP_SECRET,
        "verify_token": VERIFY_TOKEN,
        "graph_url": whatsapp.base_url,
    }
    return WhatsAppSettings(**values | changes)


@asynccontextmanager
async def serve_channel(
    channel: WhatsApp, whatsapp: WhatsAppServer, assistant: Assistant, record: DeliveryRecord
) -> AsyncIterator[None]:
    """On Clara's web server, on a free port, until the end of the block."""
    port = free_port()
    app = make_app(name=f"whatsapp-test-{next(_names)}")
    channel.attach(app, assistant, record)
    whatsapp.webhook_url = f"http://127.0.0.1:{port}/webhooks/whatsapp"
    async with serving(app, port):
        channel.start(lambda: True)
        try:
            yield
        finally:
            await channel.stop()
            await whatsapp.settled()


@asynccontextmanager
async def run_channel(
    whatsapp: WhatsAppServer, recorder: Recorder | None = None, **changes: Any
) -> AsyncIterator[RunningChannel]:
    """Before a recorder, at the time of the server's."""
    recorder = recorder or Recorder()
    channel = WhatsApp(settings_for(whatsapp, **changes), now=clock)
    async with serve_channel(channel, whatsapp, recorder, recorder):
        yield RunningChannel(whatsapp, channel, recorder)
    await channel.close()
