"""What people do with the conversations that Clara hands over to them.

Between taking and closing one, Clara is silent (``bot.attended``) and what a person says goes the
way of her own words: into the transcript, and out over the channel that the customer wrote by.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from actions.replies import replies
from attendance import handoffs
from attendance.attendances import Attendances
from attendance.clock import local_date
from attendance.handoffs import Handoff
from attendance.masking import PERSONAL, mask_text
from attendance.said import told
from bot.delivery.answers import Answers
from bot.nlu.entities.extraction import extract
from bot.rendering import render
from bot.transcript import Clock, utc_now
from channels.assistant import MAX_TEXT_LENGTH, Author
from records.tables import entries

SPEAKERS = {Author.CUSTOMER.value: "Cliente", Author.CLARA.value: "Clara"}


class HandoffRefused(Exception):
    """It cannot be done; the message tells the person why, and what to do instead."""


class People:
    """The queue as people work on it. Methods are one transaction each, and block."""

    def __init__(self, records: Engine, answers: Answers, now: Clock = utc_now) -> None:
        """Work on the queue in ``records``, and speak by ``answers``."""
        self._records = records
        self._answers = answers
        self._now = now

    def waiting(self) -> list[Handoff]:
        """Everything that is not closed, the oldest first."""
        with self._records.begin() as connection:
            return handoffs.open_handoffs(connection)

    def transcript(self, handoff_id: int) -> list[str]:
        """What was said before the request, and since then, masked."""
        with self._records.begin() as connection:
            handoff = _found(connection, handoff_id)
            since = connection.execute(
                select(entries.c.author, entries.c.message)
                .where(
                    entries.c.conversation_id == handoff.conversation_id,
                    entries.c.at > handoff.requested_at,
                )
                .order_by(entries.c.number)
            ).all()
        later = [told(SPEAKERS[one.author], self._masked(one.message["text"])) for one in since]
        return "\n".join([handoff.transcript, *later]).splitlines()

    def take(self, handoff_id: int) -> Handoff:
        """Attend it from now on. Raises ``HandoffRefused``."""
        with self._records.begin() as connection:
            handoff = _open(connection, handoff_id)
            if not handoffs.take(connection, handoff_id, self._now()):
                raise HandoffRefused(f"O pedido {handoff_id} já está com uma pessoa.")
            self._speak(connection, handoff, "say_person_took_over")
        return handoff

    def say(self, handoff_id: int, text: str) -> None:
        """Write to the customer. Raises ``HandoffRefused``."""
        text = text.strip()
        if not 0 < len(text) <= MAX_TEXT_LENGTH:
            raise HandoffRefused(f"Escreva de 1 a {MAX_TEXT_LENGTH} caracteres.")
        with self._records.begin() as connection:
            handoff = _open(connection, handoff_id)
            if handoff.taken_at is None:
                raise HandoffRefused(f"Assuma antes: python -m bot handoffs take {handoff_id}")
            self._speak(connection, handoff, "line_person", text=text)

    def close(self, handoff_id: int) -> None:
        """Give the conversation back to Clara, who says so. Raises ``HandoffRefused``."""
        with self._records.begin() as connection:
            handoff = _open(connection, handoff_id)
            handoffs.close(connection, handoff_id, self._now())
            self._speak(connection, handoff, "say_person_left", protocol=handoff.protocol)
        attended = "attended" if handoff.taken_at else "left"
        Attendances(self._records, self._now).note_demand(handoff.protocol, "handoff", attended)

    def _speak(
        self, connection: Connection, handoff: Handoff, reply: str, **variables: str
    ) -> None:
        said = secrets.choice(replies()[reply])
        text = said["text"].format(**variables)
        rendered = render([{"text": text, "buttons": said.get("buttons", [])}])
        self._answers.speak(connection, handoff.conversation_id, rendered)

    def _masked(self, text: str) -> str:
        found = extract(text, local_date(self._now()))
        return mask_text(text, {(one.start, one.end) for one in found if one.kind in PERSONAL})


def _found(connection: Connection, handoff_id: int) -> Handoff:
    handoff = handoffs.find(connection, handoff_id)
    if handoff is None:
        raise HandoffRefused(f"Não há pedido {handoff_id}: veja python -m bot handoffs list")
    return handoff


def _open(connection: Connection, handoff_id: int) -> Handoff:
    handoff = _found(connection, handoff_id)
    if handoff.closed_at:
        raise HandoffRefused(f"O pedido {handoff_id} já foi encerrado.")
    return handoff
