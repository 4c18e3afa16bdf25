"""Every written dialogue, played over the web chat: Socket.IO, inbox, engine, documents by HTTP."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.web import make_app
from channels.assistant import Sender
from channels.webchat import WebChat, WebChatSettings
from channels.webchat.channel import NAME
from channels.webchat.session import Sessions
from tests.assistant import Company, CompanyPlayer, facts_of
from tests.channels.webchat.client import Client, connected
from tests.dialogue import Dialogue, Reply, dialogues, play
from tests.servers.smtp import free_port
from tests.servers.web import serving

MANY = "100000/minute"
_addresses = itertools.count(1)


def from_a_new_address() -> dict[str, str]:
    """Nobody comes from the same place twice: proofs are throttled by address."""
    rest, last = divmod(next(_addresses), 250)
    return {"X-Forwarded-For": f"10.0.{rest}.{last + 1}"}


@dataclass(frozen=True)
class Town:
    """Clara, and where those who write to her find the web chat."""

    company: Company
    settings: WebChatSettings

    def sender_of(self, token: str) -> Sender:
        """Who a session is to the assistant."""
        settings = self.settings
        sessions = Sessions(settings.secret, settings.account, settings.session_seconds, time.time)
        return Sender(NAME, settings.account, sessions.resume(token).id)


class WebChatPlayer(CompanyPlayer):
    """A customer with a browser; implements ``tests.dialogue.Player``."""

    def __init__(self, town: Town, client: Client, sender: Sender) -> None:
        super().__init__(town.company, sender)
        self._url = town.settings.public_url
        self._client = client
        self._offered: dict[str, str] = {}

    async def write(self, text: str) -> Reply:
        """Send a text."""
        return await self._utter(message=text)

    async def pick(self, title: str) -> Reply:
        """Press what was offered last under this title."""
        assert title in self._offered, f"não há o botão {title!r}, só {list(self._offered)}"
        return await self._utter(choice=self._offered[title])

    async def _utter(self, **content: str) -> Reply:
        said = await self._client.call({"message_id": uuid.uuid4().hex, **content})
        assert said == {"status": "accepted"}
        entries = await self._shown()
        self._offered = {one["title"]: one["id"] for entry in entries for one in entry["choices"]}
        files = [file for entry in entries for file in entry["attachments"]]
        return Reply(
            names=self._names(),
            text="\n\n".join(entry["text"] for entry in entries if entry["text"]),
            choices=list(self._offered),
            copyables=[one["text"] for entry in entries for one in entry["copyables"]],
            attachments=[await self._media_type(file["url"]) for file in files],
        )

    async def _shown(self) -> list[dict[str, Any]]:
        """What Clara says until she types no more."""
        entries: list[dict[str, Any]] = []
        while True:
            event, data = await self._client.any()
            if event == "entry" and data["author"] == "clara":
                entries.append(data)
            elif event == "typing" and not data["active"]:
                return entries

    async def _media_type(self, path: str) -> str:
        async with aiohttp.ClientSession() as http, http.get(self._url + path) as got:
            assert await got.read()
            return got.content_type


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    port = free_port()
    settings = WebChatSettings(
        secret="a-secret-of-the-tests-with-more-than-32-characters",
        public_url=f"http://127.0.0.1:{port}",
        messages_per_address=MANY,
        new_connections_per_address=MANY,
        trusted_proxies=1,
    )
    async with Company.open(tmp_path_factory.mktemp("company")) as company:
        app = make_app(1, name="webchat-dialogues")
        WebChat(settings).attach(app, company.conversations, company.delivery.reports)
        async with serving(app, port):
            yield Town(company, settings)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda dialogue: dialogue.id)
async def test_dialogue(dialogue: Dialogue, town: Town) -> None:
    async with connected(town.settings.public_url, headers=from_a_new_address()) as client:
        await client.join()
        sender = town.sender_of(str(client.token))
        with WebChatPlayer(town, client, sender) as player:
            await play(dialogue, player, facts_of(dialogue.customer, town.company))
