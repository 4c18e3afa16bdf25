"""What a part of a payload may become, beside what is common to all channels."""

from __future__ import annotations

from dataclasses import dataclass

from channels.assistant import IncomingMessage
from channels.outcomes import Ignored, Rejected, Renamed
from channels.sending import Receipt


@dataclass(frozen=True)
class Accepted:
    """Something a customer said."""

    message: IncomingMessage


@dataclass(frozen=True)
class Reported:
    """What became of a message of ours."""

    receipt: Receipt


@dataclass(frozen=True)
class Troubled:
    """A fault of the app, the account or Meta, told to whoever listens."""

    reason: str  # for operators: the code and our words for it


Outcome = Accepted | Reported | Renamed | Troubled | Ignored | Rejected
