"""What clients send, made sense of: lenient about what comes in, strict about what goes on.

Nothing here raises, whatever a client sends.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Literal

MAX_TEXT_LENGTH = 20_000
"""Characters that are passed on. What the core reads is less; it answers longer ones kindly."""

Reason = Literal["too_fast", "invalid", "no_session", "unavailable"]

SENTENCES: dict[Reason, str] = {
    "too_fast": (
        "Recebi muitas mensagens em pouco tempo. Espere um minutinho e escreva de novo, por favor."
    ),
    "invalid": "Não consegui ler essa mensagem. Escreva de novo, por favor.",
    "no_session": "A conversa se perdeu nesta página. Atualize a página, por favor.",
    "unavailable": (
        "Não consegui receber sua mensagem agora. Tente de novo daqui a pouco, por favor."
    ),
}
"""What the customer is told."""

_OFFERED_CHOICE = re.compile(r"c_[A-Za-z0-9_-]{22}")
_CHOICE = re.compile(r"[!-~]{1,64}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MAX_NUMBER = 2**53 - 1  # what JavaScript can count to
_KEPT_CONTROLS = "\n\t"


@dataclass(frozen=True)
class SessionRequest:
    """A client wants its session back, or a new one."""

    token: str | None = field(default=None, repr=False)
    extended: bool = False  # speaks the extension
    since: int = 0  # the last entry it has


@dataclass(frozen=True)
class Utterance:
    """Exactly one of ``text`` and ``choice`` is set."""

    text: str | None = field(default=None, repr=False)
    choice: str | None = None
    message_id: str | None = None
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Accepted:
    """Something to pass on."""

    utterance: Utterance


@dataclass(frozen=True)
class Ignored:
    """Nothing to answer, and no fault of anybody."""

    reason: str


@dataclass(frozen=True)
class Rejected:
    """Nothing that could be passed on; the customer is told so."""

    reason: Reason


Outcome = Accepted | Ignored | Rejected


def parse_session_request(data: Any) -> SessionRequest:
    """Read a ``session_request``; what is unreadable in it counts as absent."""
    if not isinstance(data, dict):
        return SessionRequest()
    protocol = _whole_number(data.get("protocol"))
    return SessionRequest(
        token=_token(data.get("session_id")),
        extended=protocol is not None and protocol >= 1,
        since=_whole_number(data.get("since")) or 0,
    )


def parse_utterance(data: Any) -> Outcome:
    """Read a ``user_uttered``."""
    if isinstance(data, str):
        data = {"message": data}
    if not isinstance(data, dict):
        return Rejected("invalid")
    message_id = data.get("message_id")
    if message_id is not None and not _matches(_MESSAGE_ID, message_id):
        return Rejected("invalid")
    token = _token(data.get("session_id"))
    choice = data.get("choice")
    if choice is not None:
        if not _matches(_CHOICE, choice):
            return Rejected("invalid")
        return Accepted(Utterance(choice=choice, message_id=message_id, token=token))
    return _parse_text(data.get("message"), message_id, token)


def speaks_extension(data: Any) -> bool:
    """Whether a ``user_uttered`` is one of the extension, however malformed."""
    return isinstance(data, dict) and ("message_id" in data or "choice" in data)


def _parse_text(message: Any, message_id: str | None, token: str | None) -> Outcome:
    if not isinstance(message, str):
        return Rejected("invalid")
    text = _storable(message[:MAX_TEXT_LENGTH]).strip()
    if not text:
        return Ignored("blank")
    if _OFFERED_CHOICE.fullmatch(text):
        return Accepted(Utterance(choice=text, message_id=message_id, token=token))
    return Accepted(Utterance(text=text, message_id=message_id, token=token))


def _storable(text: str) -> str:
    """Without what no database or encoding takes: halves of surrogate pairs and controls."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    lines = whole.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character
        for character in lines
        if character in _KEPT_CONTROLS or unicodedata.category(character) != "Cc"
    )


def _token(value: Any) -> str | None:
    """Return a token as it may be; whether it is one of ours is for ``session`` to say."""
    return value if isinstance(value, str) and value.isascii() else None


def _whole_number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_NUMBER:
        return None
    return value


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
