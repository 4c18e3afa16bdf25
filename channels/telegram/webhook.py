"""Where Telegram delivers updates: verify, parse, accept, 200.

Telegram repeats an update until it gets a 2xx, and lets nothing else of the same chat through
before that: only a wrong secret, or records that cannot be written just now, get anything else.
"""

from __future__ import annotations

import hmac
import logging

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty

from channels.telegram.intake import Intake
from channels.telegram.settings import WEBHOOK_PATH
from channels.webhooks import Strangers, read_body, take

MAX_BODY_BYTES = 256 * 1024
"""Ten times what an update of the longest text, quoted in another, takes."""

HEADER = "x-telegram-bot-api-secret-token"

_logger = logging.getLogger(__name__)


class Webhook:
    """The route."""

    def __init__(self, intake: Intake, secret: str) -> None:
        """Take what comes with ``secret`` in its header."""
        self._intake = intake
        self._secret = secret.encode()
        self._strangers = Strangers("telegram")

    def attach(self, app: Sanic) -> None:
        """Serve it."""

        async def post(request: Request) -> HTTPResponse:  # Sanic marks it, and cannot a method
            return await self._post(request)

        app.add_route(post, WEBHOOK_PATH, methods=["POST"], stream=True, name="telegram_webhook")

    async def _post(self, request: Request) -> HTTPResponse:
        claimed = request.headers.get(HEADER, "").encode("utf-8", "replace")
        if not self._secret or not hmac.compare_digest(claimed, self._secret):
            return self._strangers.refuse()
        body = await read_body(request, MAX_BODY_BYTES)
        if body is None:
            _logger.warning("an update of more than %d bytes is left alone", MAX_BODY_BYTES)
            return empty(status=200, headers={"Connection": "close"})
        return await take(body, self._intake.handle)
