"""Where Meta delivers: the handshake by GET, updates by POST: verify, parse, accept, 200.

Whatever is genuine is acknowledged, however malformed: Meta would send it again for a week. Only
a wrong signature, or records that cannot be written just now, are answered otherwise.
"""

from __future__ import annotations

import hmac
import logging
import re

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, text

from channels.webhooks import Strangers, read_body, take
from channels.whatsapp.intake import Intake
from channels.whatsapp.settings import WEBHOOK_PATH, WhatsAppSettings
from channels.whatsapp.signature import HEADER, is_genuine

MAX_BODY_BYTES = 4 * 1024 * 1024
"""A batch has up to 1,000 updates. A status takes 1 kB and a message hardly more, though one of the
longest texts takes 20 kB: a batch of such alone would not be taken. Meta documents no bound of its
own, and whoever calls has this much read before the signature tells who it is."""

_CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,256}")

_logger = logging.getLogger(__name__)


class Webhook:
    """The route."""

    def __init__(self, intake: Intake, settings: WhatsAppSettings) -> None:
        """Take what is signed with the app's secret."""
        self._intake = intake
        self._settings = settings
        self._strangers = Strangers("whatsapp")

    def attach(self, app: Sanic) -> None:
        """Serve it."""

        async def get(request: Request) -> HTTPResponse:
            return self._shake_hands(request)

        async def post(request: Request) -> HTTPResponse:  # Sanic marks it, and cannot a method
            return await self._post(request)

        app.add_route(get, WEBHOOK_PATH, methods=["GET"], name="whatsapp_handshake")
        app.add_route(post, WEBHOOK_PATH, methods=["POST"], stream=True, name="whatsapp_webhook")

    def _shake_hands(self, request: Request) -> HTTPResponse:
        challenge = str(request.args.get("hub.challenge", ""))
        claimed = str(request.args.get("hub.verify_token", "")).encode("utf-8", "replace")
        known = hmac.compare_digest(claimed, self._settings.verify_token.encode())
        if not known or request.args.get("hub.mode") != "subscribe":
            return self._strangers.refuse()
        if not _CHALLENGE.fullmatch(challenge):
            return empty(status=400)
        return text(challenge)

    async def _post(self, request: Request) -> HTTPResponse:
        body = await read_body(request, MAX_BODY_BYTES)
        if body is None:
            _logger.warning("a payload of more than %d bytes is refused", MAX_BODY_BYTES)
            return empty(status=413, headers={"Connection": "close"})
        if not is_genuine(body, request.headers.get(HEADER, ""), self._settings.app_secret):
            return self._strangers.refuse()
        return await take(body, self._intake.handle)
