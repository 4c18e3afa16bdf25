"""The web chat as the suite of all channels plays it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from channels.assistant import IncomingMessage, Medium
from channels.message import OutgoingMessage
from channels.sending import SendingChannel
from tests.channels.contract import Seen, content_of
from tests.channels.webchat.assistant import ScriptedAssistant
from tests.channels.webchat.client import Client, connected
from tests.servers.webchat import WebChatServer, serve_webchat

VARIABLES: dict[str, str] = {}
"""There is always a web chat."""


@asynccontextmanager
async def open_channel() -> AsyncIterator[WebChatUnderTest]:
    assistant = ScriptedAssistant()
    with serve_webchat(assistant) as server:
        async with connected(server.base_url) as client:
            await client.join()
            yield WebChatUnderTest(server, assistant, client)


class WebChatUnderTest:
    """Implements ``tests.channels.contract.ChannelUnderTest``."""

    media: frozenset[Medium] = frozenset()
    sending: SendingChannel | None = None

    def __init__(self, server: WebChatServer, assistant: ScriptedAssistant, client: Client) -> None:
        self.server, self.assistant, self.client = server, assistant, client
        self.choices: dict[str, str] = {}
        self.numbers = itertools.count(1)
        self.faults = 0
        self.newest: dict[str, Any] = {}
        assistant.script = lambda message: []

    @property
    def accepted(self) -> list[IncomingMessage]:
        return self.assistant.received

    def break_storing(self, times: int) -> None:
        self.faults = times

    async def say(self, text: str) -> None:
        await self._utter(message=text)

    async def repeat(self) -> None:
        assert await self.client.call(self.newest) == {"status": "repeated"}

    async def send(self, medium: Medium, caption: str = "") -> None:
        raise NotImplementedError("the web chat takes no files")

    async def pick(self, title: str) -> None:
        await self._utter(choice=self.choices[title])

    async def forge(self, text: str) -> None:
        """The id of the victim's session is known, and its token is not."""
        async with connected(self.server.base_url) as thief:
            await thief.join(self.accepted[-1].sender.id)
            await thief.say(text)

    async def deliver(self, body: bytes) -> int:
        address = f"{self.server.base_url}/socket.io/?EIO=4&transport=polling"
        async with aiohttp.ClientSession() as http, http.post(address, data=body) as response:
            return response.status

    async def show(self, message: OutgoingMessage) -> Seen:
        sender = self.accepted[-1].sender
        for attachment in message.attachments:
            self.assistant.keep(sender, attachment.id, content_of(attachment))
        await asyncio.to_thread(self.assistant.say, sender, message)
        entry = await self.client.entry()
        while entry["author"] != "clara":
            entry = await self.client.entry()
        self.choices |= {choice["title"]: choice["id"] for choice in entry["choices"]}
        return Seen(
            text="\n".join([entry["text"], *(link["title"] for link in entry["links"])]),
            titles=[choice["title"] for choice in entry["choices"]],
            copyables=[copyable["text"] for copyable in entry["copyables"]],
            files=[await self._fetched(one["url"]) for one in entry["attachments"]],
        )

    async def _fetched(self, path: str) -> bytes:
        async with aiohttp.ClientSession() as http, http.get(self.server.base_url + path) as got:
            return await got.read()

    async def _utter(self, **content: str) -> None:
        """Again and again under the same id, as the widget does, until it is taken."""
        self.newest = {"message_id": f"m{next(self.numbers)}", **content}
        while True:
            self.assistant.fault = RuntimeError("the records are away") if self.faults else None
            self.faults = max(0, self.faults - 1)
            if (await self.client.call(self.newest))["status"] == "accepted":
                return
