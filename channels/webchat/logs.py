"""Logs that say what went wrong without saying whose or what it was about.

Messages of exceptions may quote what customers wrote, and addresses in access logs may hold what
opens a live connection or a document: neither is written.
"""

from __future__ import annotations

import logging
import re
import time

from channels.faults import describe

_SECRET_PARTS = re.compile(r"(?<=/webchat/attachments/)[^\s?]+|(?<=/socket\.io/)\?\S*")
_QUIET_SECONDS = 60.0


class AccessLogFilter(logging.Filter):
    """Takes the secret parts out of what Sanic's access log says was requested."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        if isinstance(request := getattr(record, "request", None), str):
            record.request = _SECRET_PARTS.sub("[...]", request)
        return True


class FrameLogFilter(logging.Filter):
    """Drops what the WebSocket library says in Sanic's name: at DEBUG it quotes every frame."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep everything but the library's chatter."""
        return record.levelno >= logging.WARNING or "websockets" not in record.pathname


class TransportLogFilter(logging.Filter):
    """Makes what the Socket.IO library says about malformed packets brief, and seldom.

    It would write a traceback for each, and anybody can send as many as they like.
    """

    def __init__(self) -> None:
        """Have seen nothing yet."""
        super().__init__()
        self._seen: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the first of its kind in a while."""
        fault = record.exc_info[1] if record.exc_info else None
        kind = f"{record.module}:{record.lineno}:{type(fault).__name__}"
        now = time.monotonic()
        if now - self._seen.get(kind, -_QUIET_SECONDS) < _QUIET_SECONDS:
            return False
        self._seen[kind] = now
        what = f": {describe(fault)}" if fault else ""
        record.msg = f"the Socket.IO transport complains at {record.module}:{record.lineno}{what}"
        record.args, record.exc_info, record.exc_text = (), None, None
        return True


def transport_logger() -> logging.Logger:
    """Return the logger to give to the Socket.IO library."""
    logger = logging.getLogger("channels.webchat.socketio")  # a name that no module of ours has
    logger.setLevel(logging.WARNING)  # below it logs every packet, with what customers write
    _filter_once(logger, TransportLogFilter)
    return logger


def guard_server_logs() -> None:
    """Keep secrets and what customers write out of Sanic's logs."""
    _filter_once(logging.getLogger("sanic.access"), AccessLogFilter)
    _filter_once(logging.getLogger("sanic.error"), FrameLogFilter)


def _filter_once(logger: logging.Logger, kind: type[logging.Filter]) -> None:
    if not any(isinstance(one, kind) for one in logger.filters):
        logger.addFilter(kind())
