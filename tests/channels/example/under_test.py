"""The channel as the suite of all channels plays it."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timezone

from bot.web import make_app
from channels.assistant import Content, IncomingMessage, Medium, Sender
from channels.message import OutgoingMessage
from channels.sending import Recipient
from tests.channels.contract import Seen, content_of
from tests.channels.example.connector import Example
from tests.channels.example.provider import ACCOUNT, SECRET, TOKEN, Json, Provider
from tests.channels.example.settings import ExampleSettings
from tests.channels.recorder import Recorder
from tests.servers.smtp import free_port
from tests.servers.web import serving

VARIABLES = {
    "CLARA_EXAMPLE_ACCOUNT": ACCOUNT,
    "CLARA_EXAMPLE_TOKEN": TOKEN,
    "CLARA_EXAMPLE_SECRET": SECRET,
}
"""All that an operator has to set."""


_names = itertools.count(1)


@asynccontextmanager
async def open_channel() -> AsyncIterator[ExampleUnderTest]:
    async with Provider.open() as provider:
        settings = ExampleSettings(
            account=ACCOUNT, token=TOKEN, secret=SECRET, api_url=provider.url
        )
        connector, recorder, port = Example(settings), Recorder(), free_port()
        app = make_app(name=f"example-test-{next(_names)}")
        connector.attach(app, recorder, recorder)
        provider.webhook_url = f"http://127.0.0.1:{port}/webhooks/example"
        async with serving(app, port):
            yield ExampleUnderTest(connector, recorder, provider)
        await connector.close()


class ExampleUnderTest:
    """Implements ``tests.channels.contract.ChannelUnderTest``."""

    media = frozenset({Medium.IMAGE, Medium.OTHER})

    def __init__(self, connector: Example, recorder: Recorder, provider: Provider) -> None:
        self.sending = connector.sending
        self.recorder = recorder
        self.provider = provider
        self.newest: Json = {}
        self.contents: dict[str, Content] = {}

    @property
    def accepted(self) -> list[IncomingMessage]:
        return self.recorder.accepted

    def break_storing(self, times: int) -> None:
        self.recorder.faults = [RuntimeError("the records are away")] * times

    async def say(self, text: str) -> None:
        self.newest = self.provider.event(text=text)
        await self.repeat()

    async def repeat(self) -> None:
        await self.provider.tell(self.newest)

    async def send(self, medium: Medium, caption: str = "") -> None:
        kind = "picture" if medium is Medium.IMAGE else "something"
        await self.provider.tell(self.provider.event(kind=kind, caption=caption))

    async def pick(self, title: str) -> None:
        buttons = [one for shown in self.provider.shown for one in shown.get("buttons", [])]
        (id_,) = (one["id"] for one in buttons if one["title"] == title)
        await self.provider.tell(self.provider.event(pick=id_))

    async def forge(self, text: str) -> None:
        body = json.dumps({**self.newest, "id": "forged", "text": text}).encode()
        assert await self.provider.deliver(body, signature="0" * 64) == 403

    async def deliver(self, body: bytes) -> int:
        return await self.provider.deliver(body)

    async def show(self, message: OutgoingMessage) -> Seen:
        self.contents |= {one.id: content_of(one) for one in message.attachments}
        before = len(self.provider.shown)
        to = Recipient(Sender("example", ACCOUNT, "maria"), datetime.now(timezone.utc), "e1")
        for request in self.sending.render(message):
            await self.sending.send(to, request, "key", self._read)
        shown = self.provider.shown[before:]
        copied = {one.text for one in message.copyables}
        return Seen(
            text="\n".join(one["text"] for one in shown),
            titles=[button["title"] for one in shown for button in one.get("buttons", [])],
            copyables=[one["text"] for one in shown if one["text"] in copied],
            files=[one["file"] for one in shown if one["file"]],
        )

    async def _read(self, attachment_id: str) -> Content | None:
        return self.contents.get(attachment_id)
