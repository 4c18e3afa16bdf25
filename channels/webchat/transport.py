"""The Socket.IO server on its way in: who may connect, how often, and how much they may send."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import socketio
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, text

from channels.faults import describe
from channels.webchat.limits import Limits, neighbourhood
from channels.webchat.logs import transport_logger
from channels.webchat.network import Origins, address_of
from channels.webchat.packets import TextPacket
from channels.webchat.settings import WebChatSettings

MAX_PACKET_BYTES = 64 * 1024
PATH = "/socket.io/"
_CLOSING_SECONDS = 10
_REMEMBERED_ORIGINS = 100
_logger = logging.getLogger(__name__)


class Transport:
    """A Socket.IO server behind a Sanic route, with bounds on everything a stranger controls."""

    def __init__(self, settings: WebChatSettings, limits: Limits, origins: Origins) -> None:
        """Serve nothing before ``attach``."""
        self._settings = settings
        self._limits = limits
        self._origins = origins
        self._refused: set[str] = set()
        self._websockets: set[Request] = set()
        self._cutting: set[asyncio.Task[None]] = set()
        self.server = socketio.AsyncServer(
            async_mode="sanic",
            serializer=TextPacket,
            # One event of a client at a time, in the order sent.
            async_handlers=False,
            max_http_buffer_size=MAX_PACKET_BYTES,
            cors_allowed_origins=lambda origin, environ: origins.allow(
                origin, environ.get("HTTP_HOST")
            ),
            cors_credentials=False,
            logger=transport_logger(),
            engineio_logger=transport_logger(),
        )

    def attach(self, app: Sanic) -> None:
        """Serve ``/socket.io/``."""

        async def post(request: Request) -> HTTPResponse:  # Sanic marks it, and cannot a method
            return await self._post(request)

        app.add_route(self._get, PATH, methods=["GET", "OPTIONS"], name="webchat_socket")
        app.add_route(post, PATH, methods=["POST"], stream=True, name="webchat_poll")
        app.enable_websocket()  # type: ignore[no-untyped-call]
        app.config.WEBSOCKET_MAX_SIZE = min(app.config.WEBSOCKET_MAX_SIZE, MAX_PACKET_BYTES)
        app.register_listener(self._shut_down, "before_server_stop")

    def address(self, sid: str) -> str | None:
        """Return the network address of a connection."""
        address: str | None = self.server.get_environ(sid)["sanic.request"].ctx.address
        return address

    def cut(self, sid: str) -> None:
        """End a connection as if the network had: its client will come back by itself."""
        eio_sid = self.server.manager.eio_sid_from_sid(sid, "/")
        if eio_sid is not None:
            task = asyncio.create_task(self._cut(eio_sid))
            self._cutting.add(task)  # the loop alone would not keep it alive
            task.add_done_callback(self._cutting.discard)

    async def _cut(self, eio_sid: str) -> None:
        websocket = self._websocket(eio_sid)
        try:
            # The library waits until the client has fetched everything, and would read on from
            # a WebSocket until the client closes it. Clients need not do either.
            await asyncio.wait_for(self.server.eio.disconnect(eio_sid), _CLOSING_SECONDS)
        except asyncio.TimeoutError:
            _logger.info("a connection that was cut did not fetch what was left for it")
        if websocket:
            websocket.transport.close()  # type: ignore[attr-defined]

    def _websocket(self, eio_sid: str) -> Request | None:
        """Return the request that is a connection's WebSocket now."""
        opener = self.server.environ.get(eio_sid, {}).get("sanic.request")
        for request in self._websockets:
            if request is opener or request.args.get("sid") == eio_sid:
                return request
        return None

    async def _get(self, request: Request) -> HTTPResponse:
        if not self._origins.allow(request.headers.get("origin"), request.headers.get("host")):
            return self._refuse_origin(request.headers["origin"])
        address = address_of(request, self._settings.trusted_proxies)
        request.ctx.address = address
        request.ctx.place = neighbourhood(address) if address else None
        if "sid" not in request.args and not self._admits(request.ctx):
            return text("Too many connections\n", status=429, headers={"Retry-After": "60"})
        response = await self._serve(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    async def _serve(self, request: Request) -> HTTPResponse:
        """Let the library answer; a WebSocket it answers when that has ended."""
        if request.headers.get("upgrade", "").lower() == "websocket":
            self._websockets.add(request)
        try:
            response: HTTPResponse = await self.server.handle_request(request)
        except Exception as fault:
            # A malformed frame; the library lets go of the connection without ending it.
            _logger.info("a connection ends: %s", describe(fault))
            for eio_sid, environ in list(self.server.environ.items()):
                if environ["sanic.request"] is request or request.args.get("sid") == eio_sid:
                    await self._cut(eio_sid)
            return text("Bad request\n", status=400)
        else:
            return response
        finally:
            self._websockets.discard(request)

    async def _post(self, request: Request) -> HTTPResponse:
        # Read here because Sanic would read a hundred megabytes before anybody looked.
        body = b""
        assert request.stream is not None  # noqa: S101  there is one as long as it is answered
        while chunk := await request.stream.read():
            body += chunk
            if len(body) > MAX_PACKET_BYTES:
                return text("Too large\n", status=413, headers={"Connection": "close"})
        request.body = body
        return await self._get(request)

    def _refuse_origin(self, origin: str) -> HTTPResponse:
        """Say so in the log as well, once: it may be a page that was meant to be allowed."""
        if origin not in self._refused and len(self._refused) < _REMEMBERED_ORIGINS:
            self._refused.add(origin)
            _logger.warning("refused a page of %r; the allowed origins do not name it", origin)
        return text("This origin is not allowed.\n", status=403)

    def _admits(self, newcomer: Any) -> bool:
        environs: list[dict[str, Any]] = list(self.server.environ.values())
        if len(environs) >= self._settings.open_connections:
            _logger.warning("%d connections are open; no more are taken", len(environs))
            return False
        if newcomer.place:
            open_ = sum(one["sanic.request"].ctx.place == newcomer.place for one in environs)
            if open_ >= self._settings.open_connections_per_address:
                return False
        return self._limits.allows_connection(newcomer.address)

    async def _shut_down(self, app: Sanic, loop: Any) -> None:
        await self.server.shutdown()
