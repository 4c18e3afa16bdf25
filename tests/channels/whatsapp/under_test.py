"""WhatsApp as the suite of all channels plays it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from channels.assistant import IncomingMessage, Medium
from channels.message import OutgoingMessage
from channels.sending import SendingChannel
from tests.channels.contract import Seen, content_of
from tests.channels.whatsapp.channel import RunningChannel, run_channel
from tests.servers.whatsapp import (
    ACCESS_TOKEN,
    APP_SECRET,
    NUMBER_ID,
    VERIFY_TOKEN,
    Json,
    WhatsAppServer,
    payload,
)

CONTENTS: dict[Medium, tuple[str, Any]] = {
    Medium.AUDIO: ("audio", {"id": "1", "voice": True}),
    Medium.IMAGE: ("image", {"id": "1"}),
    Medium.VIDEO: ("video", {"id": "1"}),
    Medium.DOCUMENT: ("document", {"id": "1", "filename": "a.pdf"}),
    Medium.STICKER: ("sticker", {"id": "1"}),
    Medium.LOCATION: ("location", {"latitude": -1.4, "longitude": -48.4}),
    Medium.CONTACT: ("contacts", [{"name": {"formatted_name": "José"}}]),
    Medium.OTHER: ("unsupported", {}),
}


VARIABLES = {
    "CLARA_WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
    "CLARA_WHATSAPP_ACCESS_TOKEN": ACCESS_TOKEN,
    "CLARA_WHATSAPP_APP_SECRET": APP_SECRET,
    "CLARA_WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
}
"""All that an operator has to set."""


@asynccontextmanager
async def open_channel() -> AsyncIterator[WhatsAppUnderTest]:
    async with WhatsAppServer.open() as whatsapp, run_channel(whatsapp) as running:
        yield WhatsAppUnderTest(running)


class WhatsAppUnderTest:
    """Implements ``tests.channels.contract.ChannelUnderTest``."""

    media = frozenset(CONTENTS)

    def __init__(self, running: RunningChannel) -> None:
        self.running = running
        self.whatsapp: WhatsAppServer = running.whatsapp
        self.person = self.whatsapp.person()
        self.sending: SendingChannel | None = running.channel.sending
        self.newest: Json = {}

    @property
    def accepted(self) -> list[IncomingMessage]:
        return self.running.recorder.accepted

    def break_storing(self, times: int) -> None:
        self.running.recorder.faults = [RuntimeError("the records are away")] * times

    async def say(self, text: str) -> None:
        self.newest = self.person.message("text", {"body": text})
        await self.repeat()

    async def repeat(self) -> None:
        await self.whatsapp.tell(messages=[self.newest], people=[self.person])

    async def send(self, medium: Medium, caption: str = "") -> None:
        kind, content = CONTENTS[medium]
        await self.person.send(kind, {**content, "caption": caption} if caption else content)

    async def pick(self, title: str) -> None:
        await self.person.pick(title)

    async def forge(self, text: str) -> None:
        message = {**self.newest, "id": "wamid.forged", "text": {"body": text}}
        body = json.dumps(payload(messages=[message])).encode()
        assert await self.whatsapp.post(body, "sha256=" + "0" * 64) == 403

    async def deliver(self, body: bytes) -> int:
        return await self.whatsapp.post(body)

    async def show(self, message: OutgoingMessage) -> Seen:
        self.running.contents |= {one.id: content_of(one) for one in message.attachments}
        before = len(self.person.shown)
        await self.running.tell(self.person, message)
        shown = self.person.shown[before:]
        copied = {copyable.text for copyable in message.copyables}
        files = [one.document or one.image for one in shown]
        return Seen(
            text="\n".join(one.text for one in shown),
            titles=[title for one in shown for title in one.titles],
            copyables=[one.text for one in shown if one.text in copied],
            files=[file for file in files if file],
        )
