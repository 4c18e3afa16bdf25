"""Verify, parse, accept: the receiving half, and the channel put together."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from channels.assistant import Assistant, IncomingMessage, Medium, Sender
from channels.calls import Calls
from channels.channel import Connector
from channels.outcomes import Rejected
from channels.sending import DeliveryRecord
from channels.webhooks import Strangers, read_body, take
from tests.channels.example.sending import NAME, ExampleSending
from tests.channels.example.settings import ExampleSettings

WEBHOOK_PATH = "/webhooks/example"
HEADER = "x-example-signature"
LARGEST_EVENT = 64_000


class Example(Connector):
    """One account."""

    def __init__(self, settings: ExampleSettings) -> None:
        """Connect to nothing yet."""
        self._settings = settings
        self._calls = Calls(settings.api_url, {"Authorization": f"Bearer {settings.token}"})
        self._strangers = Strangers(NAME)
        self.sending = ExampleSending(self._calls, settings.account)

    def attach(self, app: Sanic, assistant: Assistant, record: DeliveryRecord) -> None:
        """See ``Connector.attach``; this provider reports nothing but what customers say."""
        intake = intake_of(assistant, self._settings.account)

        async def post(request: Request) -> HTTPResponse:
            body = await read_body(request, LARGEST_EVENT)
            if body is None:
                return empty(status=413, headers={"Connection": "close"})
            claimed = request.headers.get(HEADER, "").encode("utf-8", "replace")
            if not hmac.compare_digest(sign(body, self._settings.secret).encode(), claimed):
                return self._strangers.refuse()
            return await take(body, intake)

        app.add_route(post, WEBHOOK_PATH, methods=["POST"], stream=True, name="example_webhook")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._calls.close()


def sign(body: bytes, secret: str) -> str:
    """The header's value for a body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def intake_of(assistant: Assistant, account: str) -> Callable[[Any], Awaitable[None]]:
    """What is done with an event: stored before it is acknowledged."""

    async def handle(event: Any) -> None:
        outcome = parse(event, account, datetime.now(timezone.utc))
        if isinstance(outcome, IncomingMessage):
            await assistant.accept(outcome)

    return handle


def parse(event: Any, account: str, now: datetime) -> IncomingMessage | Rejected:
    """What an event is; never raises."""
    if not isinstance(event, dict):
        return Rejected("not an object")
    known = {name: value for name, value in event.items() if isinstance(value, str) and value}
    if not {"id", "from"} <= known.keys() or len(known["id"]) > 64 or len(known["from"]) > 64:
        return Rejected("no id, or nobody")
    sender = Sender(NAME, account, known["from"])
    if "pick" in known:
        return IncomingMessage(sender, known["id"], now, choice=known["pick"])
    if "text" in known:
        return IncomingMessage(sender, known["id"], now, text=known["text"])
    medium = Medium.IMAGE if event.get("kind") == "picture" else Medium.OTHER
    caption = known.get("caption", "")
    return IncomingMessage(sender, known["id"], now, medium=medium, caption=caption)
