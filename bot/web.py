"""The web server around the channels: what every answer of it has in common.

Rasa's own server is not used: its HTTP API can replace the model and read every conversation.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from sanic import HTTPResponse, Request, Sanic, response
from sanic.exceptions import SanicException, ServiceUnavailable
from sanic.log import access_logger, error_logger, logger
from sanic.response import BaseHTTPResponse

from bot.faults import describe

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Set where a page has not set its own."""

LARGEST_REQUEST = 1_000_000
"""Bytes; nobody sends Clara anything but text."""

Ready = Callable[[], Awaitable[bool]]

log = structlog.get_logger(__name__)


def make_app(trusted_proxies: int = 0, name: str = "clara") -> Sanic:
    """An app without routes that tells outsiders as little as possible.

    A client's address is believed from the last ``trusted_proxies`` entries that proxies of ours
    have added to ``X-Forwarded-For``, and from nothing else.
    """
    app = Sanic(name, configure_logging=False)
    # Addresses carry secrets (confirmation tokens, session ids): no request is logged with them.
    app.config.ACCESS_LOG = False
    app.config.MOTD = False
    app.config.PROXIES_COUNT = trusted_proxies or None
    app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 3.0
    for chatty in (access_logger, error_logger, logger):
        chatty.setLevel("WARNING")
    app.error_handler.add(Exception, _answer_error)
    app.on_response(_add_security_headers)  # type: ignore[no-untyped-call]  # sanic's omission
    return app


def add_health(app: Sanic, ready: Ready) -> None:
    """``/health``: the process runs. ``/ready``: it can answer customers."""

    async def health(_: Request) -> HTTPResponse:
        return response.json({"status": "up"})

    async def readiness(_: Request) -> HTTPResponse:
        if await ready():
            return response.json({"status": "ready"})
        return response.json({"status": "not ready"}, status=503)

    app.add_route(health, "/health", name="health")
    app.add_route(readiness, "/ready", name="ready")


def _answer_error(request: Request, error: Exception) -> HTTPResponse:
    status = error.status_code if isinstance(error, SanicException) else 500
    if status >= 500 and not _is_gone(error):
        log.error("request.failed", route=_route(request), fault=describe(error))
    headers = getattr(error, "headers", None) if isinstance(error, SanicException) else None
    return response.json({"status": status}, status=status, headers=headers)


def _is_gone(error: Exception) -> bool:
    """Whether the client hung up: Sanic calls that an unavailable service."""
    return isinstance(error, ServiceUnavailable) and str(error) == "Cancelled"


def _route(request: Request) -> str:
    """The pattern of the address, which has no secret in it, rather than the address."""
    return str(request.route.path) if request.route else "unknown"


async def _add_security_headers(_: Request, answer: BaseHTTPResponse) -> None:
    if "Content-Security-Policy" in answer.headers:  # a page that knows what it needs
        return
    for name, value in SECURITY_HEADERS.items():
        answer.headers.setdefault(name, value)
