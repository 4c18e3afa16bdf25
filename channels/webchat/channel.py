"""The web chat's Socket.IO events: verify, parse, hand over; and show what comes back."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from sanic import Sanic

from channels.assistant import Assistant, IncomingMessage, Sender
from channels.channel import Connector
from channels.faults import describe
from channels.message import Attachment
from channels.sending import DeliveryRecord
from channels.webchat import pages
from channels.webchat.attachments import AttachmentLinks
from channels.webchat.feed import Feed
from channels.webchat.limits import Limits
from channels.webchat.logs import guard_server_logs
from channels.webchat.network import Origins
from channels.webchat.protocol import (
    SENTENCES,
    Accepted,
    Ignored,
    Reason,
    Rejected,
    SessionRequest,
    Utterance,
    parse_session_request,
    parse_utterance,
    speaks_extension,
)
from channels.webchat.screens import ExtendedScreen, LegacyScreen, Screen
from channels.webchat.session import Sessions
from channels.webchat.settings import WebChatSettings
from channels.webchat.signing import Clock
from channels.webchat.transport import Transport

NAME = "webchat"
_ACCEPT_SECONDS = 15.0  # less than a client waits before it takes the connection for dead
_logger = logging.getLogger(__name__)

Ack = dict[str, str]


@dataclass
class _Connection:
    """One socket and the one session it may see."""

    sid: str
    address: str | None
    session_id: str | None = None
    extended: bool = False
    feed: Feed | None = None
    closed: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def leave(self) -> None:
        """See nothing more of the session."""
        if self.feed:
            self.feed.close()
        self.feed = self.session_id = None


class WebChat(Connector):
    """The connector. ``attach`` it to a Sanic app before that is started."""

    _assistant: Assistant

    def __init__(self, settings: WebChatSettings, *, clock: Clock = time.time) -> None:
        """Serve nobody yet."""
        self._settings = settings
        self._clock = clock
        self._limits = Limits(settings)
        self._origins = Origins(settings.public_url, settings.allowed_origins)
        self._sessions = Sessions(
            settings.secret, settings.account, settings.session_seconds, clock
        )
        self._links = AttachmentLinks(
            settings.secret, settings.account, settings.attachment_seconds, clock
        )
        self._connections: dict[str, _Connection] = {}
        self._transport = Transport(settings, self._limits, self._origins)
        self._server = self._transport.server
        self._server.on("connect", self._connected)
        self._server.on("disconnect", self._disconnected)
        self._server.on("session_request", self._session_requested)
        self._server.on("user_uttered", self._user_uttered)

    def attach(self, app: Sanic, assistant: Assistant, record: DeliveryRecord) -> None:
        """Serve the page, the widget, attachments and Socket.IO; there are no receipts."""
        self._assistant = assistant
        guard_server_logs()
        self._transport.attach(app)
        pages.attach(
            app,
            settings=self._settings,
            origins=self._origins,
            attachments=pages.AttachmentDesk(
                self._assistant, self._links, self._limits, self._sender
            ),
        )

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return len(self._connections)

    # -- events ---------------------------------------------------------------------------------

    async def _connected(self, sid: str, environ: Any, auth: Any = None) -> None:
        self._connections[sid] = _Connection(sid, self._transport.address(sid))

    async def _disconnected(self, sid: str, reason: Any = None) -> None:
        connection = self._connections.pop(sid, None)
        if connection:
            connection.closed = True
            connection.leave()

    async def _session_requested(self, sid: str, *args: Any) -> None:
        connection = self._in_good_standing(sid)
        if connection is None:
            return
        async with connection.turn:
            try:
                await self._join(connection, parse_session_request(args[0] if args else None))
            except Exception as fault:
                # It comes back and asks again, with nothing lost.
                _logger.error("cannot open a session: %s", describe(fault))
                self._transport.cut(sid)

    async def _user_uttered(self, sid: str, *args: Any) -> Ack | None:
        connection = self._in_good_standing(sid)
        if connection is None:
            return None
        data = args[0] if args else None
        async with connection.turn:
            try:
                return await self._hear(connection, data)
            except Exception as fault:
                _logger.error("cannot pass on a message: %s", describe(fault))
                return await self._refuse(connection, "unavailable", data)

    def _in_good_standing(self, sid: str) -> _Connection | None:
        """Return the connection, unless it sends so much that it is cut."""
        connection = self._connections.get(sid)
        if connection and not self._limits.allows_event(sid):
            _logger.warning("a connection sends too many events and is cut")
            self._transport.cut(sid)
            return None
        return connection

    # -- sessions -------------------------------------------------------------------------------

    async def _join(self, connection: _Connection, request: SessionRequest) -> None:
        """Give the connection the session it can prove, or a new one, and show it."""
        connection.leave()
        session = self._sessions.resume(request.token)
        if not (session.is_new or self._limits.allows_replay(session.id, connection.address)):
            _logger.warning("a session is asked for too often, and its connection is cut")
            self._transport.cut(connection.sid)
            return
        await self._server.emit("session_confirm", session.token, to=connection.sid)
        if connection.closed:
            return
        connection.extended = request.extended
        screen = self._screen(connection.sid, session.id, request.extended)
        connection.feed = Feed(self._assistant, self._sender(session.id), screen)
        # What a client remembers of an older session says nothing about a new one.
        await connection.feed.open(0 if session.is_new else request.since)
        connection.session_id = session.id  # only now: nothing is taken whose answer is not seen

    def _screen(self, sid: str, session_id: str, extended: bool) -> Screen:
        async def emit(event: str, data: Any) -> None:
            await self._server.emit(event, data, to=sid)

        def path(attachment: Attachment) -> str:
            return self._links.path(session_id, attachment.id)

        if extended:
            return ExtendedScreen(emit, path)
        return LegacyScreen(emit, path, self._settings.public_url)

    def _sender(self, session_id: str) -> Sender:
        return Sender(NAME, self._settings.account, session_id)

    # -- messages -------------------------------------------------------------------------------

    async def _hear(self, connection: _Connection, data: Any) -> Ack:
        outcome = parse_utterance(data)
        if isinstance(outcome, Ignored):
            return {"status": "rejected", "reason": "invalid"}
        if isinstance(outcome, Rejected):
            return await self._refuse(connection, outcome.reason, data)
        if connection.session_id is None:
            if speaks_extension(data):
                return await self._refuse(connection, "no_session", data)
            await self._join(connection, SessionRequest(token=outcome.utterance.token))
        return await self._pass_on(connection, outcome, data)

    async def _pass_on(self, connection: _Connection, heard: Accepted, data: Any) -> Ack:
        session_id = connection.session_id
        if session_id is None:  # it left meanwhile
            return await self._refuse(connection, "no_session", data)
        if not self._limits.allows_message(session_id, connection.address):
            return await self._refuse(connection, "too_fast", data)
        message = self._message(session_id, connection.address, heard.utterance)
        acceptance = await asyncio.wait_for(self._assistant.accept(message), _ACCEPT_SECONDS)
        return {"status": acceptance.value}

    def _message(
        self, session_id: str, address: str | None, utterance: Utterance
    ) -> IncomingMessage:
        return IncomingMessage(
            sender=self._sender(session_id),
            message_id=utterance.message_id or secrets.token_urlsafe(16),
            sent_at=datetime.fromtimestamp(self._clock(), timezone.utc),
            text=utterance.text,
            choice=utterance.choice,
            address=address,
        )

    async def _refuse(self, connection: _Connection, reason: Reason, data: Any) -> Ack:
        """Tell the customer why: in the acknowledgement if the client reads it, else in words."""
        sentence = SENTENCES[reason]
        if not (connection.extended or speaks_extension(data)):
            await self._server.emit("bot_uttered", {"text": sentence}, to=connection.sid)
        return {"status": "rejected", "reason": reason, "text": sentence}
