"""The provider, played by a small server: its limits, its refusals, its repeats."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from tests.channels.example.connector import HEADER, sign

TOKEN = "a-token-of-the-tests"
SECRET = "a-secret-of-the-tests"
ACCOUNT = "clara"

Json = dict[str, Any]


class Provider:
    """Keeps what customers are shown, and calls Clara until she has taken what they say."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.webhook_url = ""
        self.shown: list[Json] = []
        self._numbers = itertools.count(1)
        self._changed = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Provider]:
        app = web.Application(client_max_size=10_000_000)
        runner = web.AppRunner(app)
        app.router.add_post("/messages", lambda request: provider._take(request))
        app.router.add_get("/me", lambda request: provider._tell(request))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        provider = cls(site.name)  # with the port that it found
        try:
            yield provider
        finally:
            await runner.cleanup()

    def event(self, **content: str) -> Json:
        """Something that the customer does."""
        return {"id": f"e{next(self._numbers)}", "from": "maria", **content}

    async def deliver(self, body: bytes, signature: str | None = None) -> int:
        """Once; returns the status."""
        headers = {HEADER: sign(body, SECRET) if signature is None else signature}
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.post(self.webhook_url, data=body) as answer,
        ):
            return answer.status

    async def tell(self, event: Json) -> None:
        """Again and again until it is taken, and nothing else meanwhile."""
        while await self.deliver(json.dumps(event).encode()) != 200:
            await asyncio.sleep(0)

    async def has_shown(self, count: int) -> None:
        """Wait until customers have been shown so many messages."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.shown) >= count)

    async def _take(self, request: web.Request) -> web.Response:
        if not _knows(request):
            return web.Response(status=401)
        message = await request.json()
        buttons = message.get("buttons", [])
        if not 0 < len(message["text"]) <= 1_000 or len(buttons) > 10:
            return web.Response(status=400)
        if any(not 0 < len(button["title"]) <= 30 for button in buttons):
            return web.Response(status=400)
        file = message.get("file")
        self.shown.append(message | {"file": base64.b64decode(file["data"]) if file else b""})
        async with self._changed:
            self._changed.notify_all()
        return web.json_response({"id": f"p{len(self.shown)}"})

    async def _tell(self, request: web.Request) -> web.Response:
        return web.Response(status=200 if _knows(request) else 401)


def _knows(request: web.Request) -> bool:
    return request.headers.get("Authorization") == f"Bearer {TOKEN}"
