"""The session token: the only thing that opens a conversation of the web chat.

It is a random id, signed: nothing is stored, and an id that was not handed out by us, or too long
ago, opens nothing. It lives in the customer's browser and travels in Socket.IO events only, so
it reaches no address bar and no log.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

from itsdangerous import BadData

from channels.webchat.signing import Clock, serializer

_ID_BYTES = 16
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_MAX_TOKEN_LENGTH = 256
_RENEW_AFTER_SECONDS = 60 * 60  # not at once: to Rasa's widgets a changed token is a new session


@dataclass(frozen=True)
class Session:
    """A session and the token its client should hold from now on."""

    id: str
    token: str = field(repr=False)
    is_new: bool


class Sessions:
    """Opens sessions and finds them again by their token."""

    def __init__(self, secret: str, account: str, seconds: int, clock: Clock) -> None:
        """Sessions end ``seconds`` after their token was last handed out."""
        self._serializer = serializer(secret, f"session.{account}", clock)
        self._seconds = seconds
        self._clock = clock

    def open(self) -> Session:
        """Return a session that nobody has had before."""
        id_ = secrets.token_urlsafe(_ID_BYTES)
        return Session(id_, self._token(id_), is_new=True)

    def resume(self, token: str | None) -> Session:
        """Return the token's session, or a new one for a token that is none of ours or too old."""
        if not token or len(token) > _MAX_TOKEN_LENGTH:
            return self.open()
        try:
            id_, issued = self._serializer.loads(
                token, max_age=self._seconds, return_timestamp=True
            )
        except (BadData, ValueError):
            return self.open()
        if not isinstance(id_, str) or not _ID.fullmatch(id_):
            return self.open()
        age = self._clock() - issued.timestamp()
        renew = age >= min(_RENEW_AFTER_SECONDS, self._seconds / 2)
        return Session(id_, self._token(id_) if renew else token, is_new=False)

    def _token(self, id_: str) -> str:
        return str(self._serializer.dumps(id_))
