"""What stands between conversations and the engine that answers them: a turn, and its outcome.

A turn is atomic. The engine writes nothing by itself: it gives what is said *and* the dialogue
state that the turn leads to, and the caller stores both in one transaction of its own. A turn
whose answer was not stored has never been, and is simply done again.

Nothing here knows Rasa, so that conversations can be run, and tested, without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from channels.assistant import Medium

SAY_TECHNICAL_FAULT = "say_technical_fault"
SAY_TEXT_TOO_LONG = "say_text_too_long"
SAY_CHOICE_EXPIRED = "say_choice_expired"
SAY_CAME_LATE = "say_came_late"
SAY_TAKES_LONGER = "say_takes_longer"
SAY_CANNOT_READ = {
    Medium.AUDIO: "say_cannot_hear_audio",
    Medium.IMAGE: "say_cannot_see_image",
    Medium.VIDEO: "say_cannot_see_video",
    Medium.DOCUMENT: "say_cannot_open_document",
    Medium.STICKER: "say_cannot_see_sticker",
    Medium.LOCATION: "say_cannot_use_location",
    Medium.CONTACT: "say_cannot_use_contact",
    Medium.OTHER: "say_cannot_read_this",
}
SAID_BY_THE_RUNTIME = (
    SAY_TECHNICAL_FAULT,
    SAY_TEXT_TOO_LONG,
    SAY_CHOICE_EXPIRED,
    SAY_CAME_LATE,
    SAY_TAKES_LONGER,
    *SAY_CANNOT_READ.values(),
)
"""Responses that the domain must have, because no action of its own says them."""

Response = dict[str, Any]
"""What an engine says, in Rasa's shape: ``text``, ``buttons``, ``custom``."""


class Superseded(Exception):
    """The conversation has moved on elsewhere since the turn began: nothing of it may be stored.

    Whoever answers it now has answered this message too, or will; roll back, and look again.
    """


class DialogueState(Protocol):
    """Where a conversation stands after a turn; exists nowhere else until it is stored."""

    def store(self, connection: Connection) -> None:
        """Write it in the caller's transaction on the records database. Blocks.

        Raises ``Superseded`` if another turn of the conversation was stored since this one began.
        """

    def keep(self) -> None:
        """Called once the transaction is committed: the next turn may go on from memory.

        A state that is never kept is forgotten, and the next turn reads the records.
        """


@dataclass(frozen=True)
class Answer:
    """What the assistant says, and the state in which that leaves the conversation."""

    said: list[Response]
    state: DialogueState


@dataclass(frozen=True)
class Saying:
    """A response of the domain that is said without a turn, with the slots that it may show."""

    response: str
    slots: Mapping[str, Any]
    opens_session: bool = False
    """Whether it is an answer like any other: a session without one in course begins with it."""


@dataclass(frozen=True)
class Turn:
    """One message of a customer, as the engine is given it."""

    conversation: str
    channel: str
    message_id: str  # unique in the conversation
    text: str  # what was typed, or the payload "/intent{...}" of a choice
    metadata: Mapping[str, Any] = field(default_factory=dict)
    preface: Saying | None = None  # said before the message is handled


class Answering(Protocol):
    """An engine: ``bot.engine.Engine``, and in tests whatever plays it.

    Turns of one conversation come one after the other; of two at once, one is ``Superseded``.
    What the caller has set in its ``contextvars`` context is seen by the actions, in whichever
    thread they run.
    """

    async def turn(self, turn: Turn) -> Answer:
        """What the assistant says to a message; raises if the turn failed."""

    async def say(self, conversation: str, channel: str, saying: Saying) -> Answer:
        """Say a response without a turn, even while the records do not answer."""
