"""A messaging provider played by a small HTTP server, and a channel that calls it."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from channels.message import OutgoingMessage
from channels.sending import (
    Capabilities,
    Pace,
    ReadAttachment,
    Recipient,
    Remedy,
    Request,
    SendFailed,
    Sent,
)

OK, DROP, HANG = "ok", "drop after reading", "hang"


class Provider:
    """Shows what it is sent; ``outcomes`` are what the next calls meet instead of success."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.shown: dict[str, list[str]] = defaultdict(list)
        """What each customer sees, in order, duplicates included."""
        self.keys: dict[str, list[str]] = defaultdict(list)
        self.outcomes: deque[str | int] = deque()
        self.retry_after = 0.0
        self.working: list[str] = []
        self.url = ""
        self._changed = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Provider]:
        provider = cls()
        app = web.Application()
        app.router.add_post("/messages", provider._message)
        app.router.add_post("/working", provider._is_working)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield provider
        await runner.cleanup()

    async def until(self, true: Callable[[], bool], seconds: float = 60) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(true), seconds)

    def said_to(self, recipient: str) -> list[str]:
        return self.shown[recipient]

    async def _message(self, request: web.Request) -> web.StreamResponse:
        call = await request.json()
        outcome = self.outcomes.popleft() if self.outcomes else OK
        self.calls.append(call)
        if outcome in (OK, DROP):
            self.shown[call["to"]].append(call["text"])
            self.keys[call["to"]].append(call["key"])
        async with self._changed:
            self._changed.notify_all()
        if outcome == DROP:
            assert request.transport
            request.transport.abort()
        if outcome == HANG:
            await asyncio.sleep(3600)
        if isinstance(outcome, int):
            return web.json_response({"retry_after": self.retry_after}, status=outcome)
        return web.json_response({"id": f"p{len(self.calls)}"})

    async def _is_working(self, request: web.Request) -> web.Response:
        self.working.append((await request.json())["to"])
        async with self._changed:
            self._changed.notify_all()
        return web.json_response({})


class HttpChannel:
    """A ``SendingChannel`` for the provider: one call a message, its text only."""

    capabilities = Capabilities(
        text=4096,
        caption=0,
        buttons=0,
        button_title=0,
        list_rows=0,
        row_title=0,
        row_description=0,
        copy_text=0,
        document_bytes=0,
        image_bytes=0,
    )

    def __init__(
        self,
        url: str,
        *,
        echoes_keys: bool = False,
        pace: Pace | None = None,
        deadline: float = 60.0,
    ) -> None:
        self.name = "courier"
        self.account = "1"
        self.echoes_keys = echoes_keys
        self.pace = pace or Pace(per_second=1000, recipient_interval=0.001, recipient_burst=50)
        self._url = url
        self.deadline = deadline
        self._session: aiohttp.ClientSession | None = None

    def render(self, message: OutgoingMessage) -> Sequence[Request]:
        return [{"text": message.text}] if message.text else []

    async def send(
        self, recipient: Recipient, request: Request, key: str, read: ReadAttachment
    ) -> Sent:
        call = {"to": recipient.sender.id, "key": key, **request}
        try:
            async with self._opened().post(
                f"{self._url}/messages", json=call, timeout=aiohttp.ClientTimeout(self.deadline)
            ) as answer:
                body = await answer.json()
        except aiohttp.ClientConnectorError as error:
            raise SendFailed(Remedy.RETRY, "não conectou") from error
        except (asyncio.TimeoutError, aiohttp.ClientError) as error:
            raise SendFailed(Remedy.UNKNOWN, "sem resposta") from error
        if answer.status == 200:
            return Sent(body["id"])
        remedy = {
            400: Remedy.GIVE_UP,
            401: Remedy.HOLD,
            403: Remedy.UNREACHABLE,
            415: Remedy.ONCE_MORE,
        }
        raise SendFailed(
            remedy.get(answer.status, Remedy.RETRY), f"HTTP {answer.status}", body["retry_after"]
        )

    async def show_working(self, recipient: Recipient) -> None:
        async with self._opened().post(
            f"{self._url}/working", json={"to": recipient.sender.id}
        ) as answer:
            await answer.read()

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        self._session = self._session or aiohttp.ClientSession()
        return self._session
