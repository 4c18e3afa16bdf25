"""Links to a conversation's documents: signed, short-lived, good for that conversation only.

A browser fetches an attachment without showing its token (a link has no place for it), so the
link itself says whose it is. Whoever has the link has the document, hence its short life.
"""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadData, SignatureExpired

from channels.webchat.signing import Clock, serializer

PREFIX = "/webchat/attachments/"
_MAX_LENGTH = 1_024


@dataclass(frozen=True)
class Target:
    """What a good link leads to."""

    session_id: str
    attachment_id: str


@dataclass(frozen=True)
class Expired:
    """The link was ours; a fresh one comes with the next replay."""


@dataclass(frozen=True)
class Forged:
    """The link was never ours."""


class AttachmentLinks:
    """Makes and reads links."""

    def __init__(self, secret: str, account: str, seconds: int, clock: Clock) -> None:
        """Links end ``seconds`` after they were made."""
        self._serializer = serializer(secret, f"attachment.{account}", clock)
        self._seconds = seconds

    def path(self, session_id: str, attachment_id: str) -> str:
        """Return the path of a fresh link."""
        return PREFIX + str(self._serializer.dumps([session_id, attachment_id]))

    def read(self, signed: str) -> Target | Expired | Forged:
        """Say what the last part of a path leads to."""
        if len(signed) > _MAX_LENGTH:
            return Forged()
        try:
            session_id, attachment_id = self._serializer.loads(signed, max_age=self._seconds)
        except SignatureExpired:
            return Expired()
        except (BadData, ValueError, TypeError):
            return Forged()
        return Target(str(session_id), str(attachment_id))
