"""What webhooks of all providers have in common: bounded bodies, and what a provider is told.

A provider delivers again whatever is not answered with a 2xx, for hours or days, and some let
nothing else of the same conversation through before that. So whatever is genuine is taken, however
malformed; only what cannot be stored just now is to come again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from sanic.request import Request
from sanic.response import HTTPResponse, empty

from channels.faults import describe

_STORING_SECONDS = 15.0
_RETRY_AFTER = {"Retry-After": "5"}
_TOLD_EVERY_SECONDS = 60.0

_logger = logging.getLogger(__name__)


async def read_body(request: Request, limit: int) -> bytes | None:
    """The body of a streamed request; ``None`` if it is too large, and then not all is read."""
    body = bytearray()  # which grows in place, however small the chunks that strangers choose
    assert request.stream is not None  # noqa: S101  there is one as long as it is answered
    while chunk := await request.stream.read():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


async def take(body: bytes, handle: Callable[[Any], Awaitable[object]]) -> HTTPResponse:
    """Hand over what a genuine delivery holds, and say what became of it."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        _logger.warning("a delivery that is no JSON is left alone")
        return empty(status=200)
    try:
        await asyncio.wait_for(handle(payload), _STORING_SECONDS)
    except Exception as fault:
        _logger.error("cannot store a delivery: %s", describe(fault))
        return empty(status=503, headers=_RETRY_AFTER)
    return empty(status=200)


class Strangers:
    """Those who call without the provider's secret."""

    def __init__(self, channel: str) -> None:
        """Nobody has called yet."""
        self._channel = channel
        self._told_at = -_TOLD_EVERY_SECONDS

    def refuse(self) -> HTTPResponse:
        """Turn one away; the log says so, but not as often as anybody likes to knock."""
        if time.monotonic() - self._told_at >= _TOLD_EVERY_SECONDS:
            self._told_at = time.monotonic()
            _logger.warning("%s: a call of the webhook without its secret", self._channel)
        return empty(status=403, headers={"Connection": "close"})  # its body may be unread
