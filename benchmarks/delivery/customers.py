"""One customer of each channel: says something, and waits until it is answered."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from typing import Any, Protocol

import aiohttp

from actions.replies import replies
from benchmarks.delivery.figures import Turn
from benchmarks.delivery.providers import APP_SECRET, BOT_SECRET, NUMBER_ID, Providers
from bot.answering import SAY_TAKES_LONGER

SAYINGS = (
    "oi",
    "quero a segunda via da conta",
    "onde eu pago a fatura?",
    "cancelar",
    "vocês funcionam no domingo?",
    "quanto custa a segunda via?",
    "quero o código de barras",
    "deixa pra lá",
    "obrigado",
    "e se eu quiser receber por e-mail?",
)
"""Every kind of turn but those that open a customer's data: forms that begin, are interrupted and
left, questions, courtesies."""


TOLD_TO_WAIT = frozenset(one["text"] for one in replies()[SAY_TAKES_LONGER])
"""What customers hear while much waits: no answer yet."""


AGAIN_AFTER = 1.0
"""Seconds after which what was not accepted is sent again."""


class Unanswered(Exception):
    """Nothing came back in time."""


class Customer(Protocol):
    """Somebody on one channel."""

    was_told_to_wait: bool

    async def arrive(self) -> None:
        """Open whatever has to be open."""

    async def say(self, text: str, patience: float) -> Turn:
        """Say something and wait for the answer. Raises ``Unanswered``."""

    async def leave(self) -> None:
        """Close it."""


class _Called:
    """A customer behind a provider that calls a webhook and is called back."""

    channel = ""

    def __init__(self, http: aiohttp.ClientSession, url: str, providers: Providers, number: int):
        self._http = http
        self._url = url
        self._heard = asyncio.Event()
        self._ids = itertools.count(1)
        self.was_told_to_wait = False
        self.id = str(self._base + number)
        providers.listen(f"{self.channel} {self.id}", self._hear)

    _base = 0

    async def arrive(self) -> None:
        """Nothing to open."""

    async def leave(self) -> None:
        """Nothing to close."""

    async def say(self, text: str, patience: float) -> Turn:
        """See ``Customer.say``."""
        body, headers = self._delivery(text)
        self._heard.clear()
        begun = time.perf_counter()
        while not await self._is_accepted(body, headers):  # providers try again, too
            await asyncio.sleep(AGAIN_AFTER)
            if time.perf_counter() - begun > patience:
                raise Unanswered("not accepted")
        accepted = time.perf_counter() - begun
        try:
            await asyncio.wait_for(self._heard.wait(), patience)
        except asyncio.TimeoutError:
            raise Unanswered("nothing came") from None
        return Turn(self.channel, accepted, time.perf_counter() - begun)

    async def _is_accepted(self, body: bytes, headers: dict[str, str]) -> bool:
        async with self._http.post(self._url, data=body, headers=headers) as response:
            return response.status == 200

    def _hear(self, text: str) -> None:
        if text in TOLD_TO_WAIT:
            self.was_told_to_wait = True
        else:
            self._heard.set()

    def _delivery(self, text: str) -> tuple[bytes, dict[str, str]]:
        raise NotImplementedError


class WhatsAppCustomer(_Called):
    """Somebody with a telephone."""

    channel = "whatsapp"
    _base = 5_591_980_000_000

    def _delivery(self, text: str) -> tuple[bytes, dict[str, str]]:
        message = {
            "from": self.id,
            "id": f"wamid.{self.id}.{next(self._ids)}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": text},
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": NUMBER_ID},
            "messages": [message],
        }
        change = {"field": "messages", "value": value}
        payload = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
        body = json.dumps(payload).encode()
        signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        return body, {"X-Hub-Signature-256": f"sha256={signature}"}


class TelegramCustomer(_Called):
    """Somebody with the app."""

    channel = "telegram"
    _base = 5_550_000_000

    def _delivery(self, text: str) -> tuple[bytes, dict[str, str]]:
        number = next(self._ids)
        message: dict[str, Any] = {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": int(self.id), "type": "private"},
            "from": {"id": int(self.id), "is_bot": False},
            "text": text,
        }
        update = {"update_id": int(self.id) * 1_000 + number, "message": message}
        return json.dumps(update).encode(), {"X-Telegram-Bot-Api-Secret-Token": BOT_SECRET}


class WebCustomer:
    """Somebody on the page: a WebSocket that speaks Engine.IO 4 and the chat's extension."""

    channel = "webchat"

    def __init__(self, http: aiohttp.ClientSession, url: str, number: int) -> None:
        """Come from an address of one's own: the chat limits what one address may do."""
        self._http = http
        self._url = f"{url}/socket.io/?EIO=4&transport=websocket"
        rest, last = divmod(number, 250)
        self._address = f"10.{rest // 250}.{rest % 250}.{last + 1}"
        self._ids = itertools.count(1)
        self._acknowledged = asyncio.Event()
        self._was_refused = False
        self._answered = asyncio.Event()
        self._ready = asyncio.Event()
        self.was_told_to_wait = False
        self._socket: aiohttp.ClientWebSocketResponse
        self._reading: asyncio.Task[None] | None = None

    async def arrive(self) -> None:
        """Connect and ask for a session."""
        self._socket = await self._http.ws_connect(
            self._url, headers={"X-Forwarded-For": self._address}, autoping=True
        )
        self._reading = asyncio.create_task(self._read())
        await self._socket.send_str("40")
        await asyncio.wait_for(self._ready.wait(), 60)

    async def leave(self) -> None:
        """Disconnect, if connected."""
        if self._reading:
            self._reading.cancel()
            await self._socket.close()

    async def say(self, text: str, patience: float) -> Turn:
        """See ``Customer.say``."""
        number = next(self._ids)
        self._answered.clear()
        uttered = ["user_uttered", {"message": text, "message_id": f"m{number}"}]
        begun = time.perf_counter()
        try:
            await asyncio.wait_for(self._until_accepted(number, uttered), patience)
            accepted = time.perf_counter() - begun
            await asyncio.wait_for(self._answered.wait(), patience)
        except asyncio.TimeoutError:
            raise Unanswered("nothing came") from None
        return Turn(self.channel, accepted, time.perf_counter() - begun)

    async def _until_accepted(self, number: int, uttered: list[Any]) -> None:
        while True:
            self._acknowledged.clear()
            await self._socket.send_str(f"42{number}{json.dumps(uttered)}")
            await self._acknowledged.wait()
            if not self._was_refused:
                return
            await asyncio.sleep(AGAIN_AFTER)  # as the page does

    async def _read(self) -> None:
        async for frame in self._socket:
            packet = str(frame.data)
            if packet == "2":  # are you there?
                await self._socket.send_str("3")
            elif packet.startswith("40"):
                request = {"session_id": None, "protocol": 1, "since": 0}
                await self._socket.send_str(f"42{json.dumps(['session_request', request])}")
            elif packet.startswith("43"):
                self._was_refused = "rejected" in packet
                self._acknowledged.set()
            elif packet.startswith("42"):
                event, data = json.loads(packet[2:])
                if event == "entries":
                    self._ready.set()
                elif event == "entry" and data["author"] == "clara":
                    if data["text"] in TOLD_TO_WAIT:
                        self.was_told_to_wait = True
                    else:
                        self._answered.set()
