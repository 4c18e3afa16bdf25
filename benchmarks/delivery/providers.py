"""Meta and Telegram as a load needs them: they take everything at once and say who heard it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

NUMBER_ID = "106540352242922"
ACCESS_TOKEN = "EAAG-access-token-of-the-benchmark"
APP_SECRET = "0123456789abcdef0123456789abcdef"
VERIFY_TOKEN = "verify-token-of-the-benchmark"
BOT_TOKEN = "7000000001:AAF-a-token-of-the-benchmark-0123456789"
BOT_SECRET = "secret-of-the-benchmark-0123456789"

Heard = Callable[[str], None]
"""Takes the text of what is sent, empty for a file."""


class Providers:
    """Both, on one port."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self.url = ""
        self._listeners: dict[str, Heard] = {}
        self._ids = itertools.count(1)

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Providers]:
        """Serve until the block ends."""
        providers = cls()
        app = web.Application(client_max_size=50_000_000)
        app.router.add_post("/{version}/{number}/messages", providers._whatsapp)
        app.router.add_post("/{version}/{number}/media", providers._media)
        app.router.add_post("/bot{token}/{method}", providers._telegram)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=4_096).start()
        providers.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield providers
        finally:
            await runner.cleanup()

    def listen(self, recipient: str, heard: Heard) -> None:
        """Call ``heard`` whenever something is sent to a recipient."""
        self._listeners[recipient] = heard

    def environment(self, server_url: str) -> dict[str, str]:
        """Settings under which Clara takes these for the real ones."""
        return {
            "CLARA_PUBLIC_URL": server_url,
            "CLARA_WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
            "CLARA_WHATSAPP_ACCESS_TOKEN": ACCESS_TOKEN,
            "CLARA_WHATSAPP_APP_SECRET": APP_SECRET,
            "CLARA_WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
            "CLARA_WHATSAPP_API_URL": self.url,
            "CLARA_TELEGRAM_TOKEN": BOT_TOKEN,
            "CLARA_TELEGRAM_WEBHOOK_SECRET": BOT_SECRET,
            "CLARA_TELEGRAM_API_URL": self.url,
        }

    async def _whatsapp(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body.get("status") == "read":
            return web.json_response({"success": True})
        self._tell(f"whatsapp {body['to'].lstrip('+')}", body.get("text", {}).get("body", ""))
        return web.json_response({"messages": [{"id": f"wamid.o{next(self._ids)}"}]})

    async def _media(self, request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"id": f"media{next(self._ids)}"})

    async def _telegram(self, request: web.Request) -> web.Response:
        body = await request.json() if request.content_type == "application/json" else {}
        if request.match_info["method"] in ("sendMessage", "sendDocument", "sendPhoto"):
            self._tell(f"telegram {body.get('chat_id')}", body.get("text", ""))
            return web.json_response({"ok": True, "result": {"message_id": next(self._ids)}})
        await asyncio.sleep(0)
        return web.json_response({"ok": True, "result": True})

    def _tell(self, recipient: str, text: str) -> None:
        if heard := self._listeners.get(recipient):
            heard(text)
