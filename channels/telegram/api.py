"""The Bot API of one bot.

A client of our own rather than a framework: frameworks come with dispatching, retries and state
that ``channels.sending`` and ``bot.delivery`` have already, once for all channels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from channels.calls import DEADLINE, Calls, Unanswered, Upload


class ApiError(Exception):
    """Telegram answered, and refused.

    ``description`` is Telegram's and may quote what was sent: for looking at, not for printing.
    """

    def __init__(self, status: int, description: str = "", retry_after: float | None = None):
        """Keep what was answered."""
        super().__init__(f"HTTP {status}")
        self.status = status
        self.description = description
        self.retry_after = retry_after


class BotApi:
    """Calls methods; the token is part of every address."""

    def __init__(self, token: str, base_url: str) -> None:
        """Connect to nothing yet."""
        self._calls = Calls(f"{base_url.rstrip('/')}/bot{token}")

    async def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        upload: Upload | None = None,
        deadline: float = DEADLINE,
    ) -> Any:
        """Call a method; returns its result.

        Raises ``ApiError``, ``calls.NotSent`` or ``calls.Unanswered``.
        """
        body = dict(parameters or {})
        if upload:  # a form has no numbers and objects of its own
            body = {name: _as_field(value) for name, value in body.items()}
        return _result(*await self._calls.post(method, body, upload=upload, deadline=deadline))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._calls.close()


def _as_field(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _result(status: int, body: bytes) -> Any:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):  # a gateway's page
        if status < 300:
            raise Unanswered("no JSON")
        raise ApiError(status)
    if answer.get("ok") is True:
        return answer.get("result")
    raise ApiError(status, str(answer.get("description") or ""), _retry_after(answer))


def _retry_after(answer: dict[str, Any]) -> float | None:
    told = answer.get("parameters")
    seconds = told.get("retry_after") if isinstance(told, dict) else None
    return float(seconds) if isinstance(seconds, (int, float)) else None
