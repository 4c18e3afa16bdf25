"""The Cloud API of one phone number."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from channels.calls import DEADLINE, UPLOAD_DEADLINE, Calls, Unanswered, Upload
from channels.whatsapp.failures import error_in
from channels.whatsapp.settings import WhatsAppSettings


class Graph:
    """Sends messages and uploads media.

    Every call raises ``failures.GraphError``, ``calls.NotSent`` or ``calls.Unanswered``.
    """

    def __init__(self, settings: WhatsAppSettings) -> None:
        """Connect to nothing yet."""
        self._number = settings.phone_number_id
        self._proof = hmac.new(
            settings.app_secret.encode(), settings.access_token.encode(), hashlib.sha256
        ).hexdigest()
        self._app_secret = settings.app_secret
        self._base_url = f"{settings.graph_url.rstrip('/')}/{settings.api_version}"
        self._calls = Calls(self._base_url, {"Authorization": f"Bearer {settings.access_token}"})

    async def message(self, body: Mapping[str, Any], deadline: float = DEADLINE) -> Any:
        """Send a message, or mark one as read; returns what Meta says to it."""
        content = {"messaging_product": "whatsapp", **body}
        return _result(
            *await self._calls.post(f"{self._number}/messages", content, deadline=deadline)
        )

    async def upload(self, filename: str, media_type: str, data: bytes) -> str:
        """Upload a file; returns its id, which is good for 30 days."""
        fields = {"messaging_product": "whatsapp", "type": media_type}
        upload = Upload("file", filename, media_type, data)
        path = f"{self._number}/media"
        answer = _result(
            *await self._calls.post(path, fields, upload=upload, deadline=UPLOAD_DEADLINE)
        )
        id_ = answer.get("id")
        if not isinstance(id_, str):
            raise Unanswered("no id")
        return id_

    async def number(self, *fields: str) -> dict[str, Any]:
        """What Meta knows of our number; proves as well that the app secret is the token's."""
        return await self.get(self._number, fields=",".join(fields), appsecret_proof=self._proof)

    async def app(self) -> dict[str, Any]:
        """The app that the token is of."""
        return await self.get("app")

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Whatever else the token may read."""
        return _result(*await self._calls.get(path, query))

    async def get_as_app(self, app_id: str, path: str, **query: str) -> dict[str, Any]:
        """What only the app itself may read: its subscriptions, and what a token is good for."""
        calls = Calls(self._base_url, {"Authorization": f"Bearer {app_id}|{self._app_secret}"})
        try:
            return _result(*await calls.get(path, query))
        finally:
            await calls.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._calls.close()


def _result(status: int, body: bytes) -> dict[str, Any]:
    if status != 200:
        raise error_in(status, body)
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):  # taken, as far as can be told
        raise Unanswered("no JSON")
    return answer
