"""Telegram as the suite of all channels plays it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from channels.assistant import IncomingMessage, Medium
from channels.message import OutgoingMessage
from channels.sending import SendingChannel
from tests.channels.contract import Seen, content_of
from tests.channels.telegram.channel import SECRET, RunningChannel, run_channel
from tests.servers.telegram import TOKEN, TelegramServer, Update

FILE = {"file_id": "x", "file_unique_id": "y"}
CONTENTS: dict[Medium, dict[str, Any]] = {
    Medium.AUDIO: {"voice": FILE},
    Medium.IMAGE: {"photo": [FILE]},
    Medium.VIDEO: {"video": FILE},
    Medium.DOCUMENT: {"document": FILE},
    Medium.STICKER: {"sticker": FILE},
    Medium.LOCATION: {"location": {"latitude": -1.4, "longitude": -48.4}},
    Medium.CONTACT: {"contact": {"phone_number": "+55", "first_name": "José"}},
    Medium.OTHER: {"dice": {"emoji": "🎲", "value": 6}},
}


VARIABLES = {
    "CLARA_PUBLIC_URL": "https://clara.luz.example",
    "CLARA_TELEGRAM_TOKEN": TOKEN,
    "CLARA_TELEGRAM_WEBHOOK_SECRET": SECRET,
}
"""All that an operator has to set."""


@asynccontextmanager
async def open_channel() -> AsyncIterator[TelegramUnderTest]:
    async with TelegramServer.open() as telegram, run_channel(telegram) as running:
        yield TelegramUnderTest(running)


class TelegramUnderTest:
    """Implements ``tests.channels.contract.ChannelUnderTest``."""

    media = frozenset(CONTENTS)

    def __init__(self, running: RunningChannel) -> None:
        self.running = running
        self.telegram: TelegramServer = running.telegram
        self.customer = self.telegram.customer()
        self.sending: SendingChannel | None = running.channel.sending
        self.newest: Update = {}

    @property
    def accepted(self) -> list[IncomingMessage]:
        return self.running.recorder.accepted

    def break_storing(self, times: int) -> None:
        self.running.recorder.faults = [RuntimeError("the records are away")] * times

    async def say(self, text: str) -> None:
        await self._delivered(self.customer.say(text))

    async def repeat(self) -> None:
        await self._delivered(self.telegram.happens(message=self.newest["message"]))

    async def send(self, medium: Medium, caption: str = "") -> None:
        words = {"caption": caption} if caption else {}
        await self._delivered(self.customer.send(**CONTENTS[medium], **words))

    async def pick(self, title: str) -> None:
        await self._delivered(self.customer.tap(title))

    async def forge(self, text: str) -> None:
        update = {
            **self.newest,
            "message": {**self.newest["message"], "message_id": 9_999, "text": text},
        }
        async with (
            aiohttp.ClientSession() as http,
            http.post(self.running.url, json=update) as response,
        ):
            assert response.status == 403

    async def deliver(self, body: bytes) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.post(self.running.url, data=body) as response,
        ):
            return response.status

    async def show(self, message: OutgoingMessage) -> Seen:
        self.running.contents |= {one.id: content_of(one) for one in message.attachments}
        before = len(self.customer.shown)
        await self.running.tell(self.customer, message)
        shown = self.customer.shown[before:]
        links = [button["text"] for one in shown for button in one.buttons if "url" in button]
        files = [one.document or one.photo for one in shown]
        return Seen(
            text="\n".join([*(one.text for one in shown), *links]),
            titles=[title for one in shown for title in one.titles],
            copyables=[text for one in shown for text in one.copies],
            files=[file for file in files if file],
        )

    async def _delivered(self, update: Update) -> None:
        self.newest = update
        await self.telegram.until(lambda: not self.telegram.pending)
