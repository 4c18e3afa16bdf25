"""What Clara answers to one message: never silence, unless a person attends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.answering import (
    SAY_CAME_LATE,
    SAY_CANNOT_READ,
    SAY_CHOICE_EXPIRED,
    SAY_TECHNICAL_FAULT,
    SAY_TEXT_TOO_LONG,
    Answering,
    Saying,
    Turn,
)
from bot.attended import Attended
from bot.delivery.answers import Reply
from bot.faults import describe
from bot.inbound import Inbound, typed
from bot.rendering import render
from bot.transcript import Clock, Transcript, utc_now

SHOW_MENU = "/show_menu"

TURN_DEADLINE = 60.0
"""Seconds after which a turn is given up; billing and mail have shorter deadlines of their own."""

STALE_AFTER = timedelta(hours=2)
"""A message that its channel brings, or we take up, so late is not acted on: it may be obsolete."""

APOLOGY_HOLDS_FOR = timedelta(minutes=30)
"""So long after an answer to a stale message, further ones are not answered one by one."""

log = structlog.get_logger(__name__)


class NoAnswer(Exception):
    """A turn came to its end without an answer; the same turn would again. Says why."""


class Replies:
    """Finds the answer to what a customer sent."""

    def __init__(
        self,
        engine: Answering,
        transcript: Transcript,
        attended: Attended,
        facts: Mapping[str, str],
        now: Clock = utc_now,
    ) -> None:
        """Answer with ``engine``; replies outside of a turn may mention ``facts``."""
        self._engine = engine
        self._facts = facts
        self._transcript = transcript
        self._attended = attended
        self._now = now

    async def to(self, conversation: str, inbound: Inbound) -> Reply:
        """The answer, and the dialogue state to store with it.

        Raises ``NoAnswer`` if trying again is useless, and whatever the engine raises.
        """
        if await asyncio.to_thread(self._attended.is_by_a_person, conversation):
            return Reply()
        if inbound.is_afterthought and not inbound.text:  # the rest of what was answered
            return Reply()
        if self.is_stale(inbound) and await self._has_just_said_so(conversation):
            return Reply()
        if inbound.too_long:
            return await self._say(conversation, inbound, self._saying(SAY_TEXT_TOO_LONG))
        if inbound.medium and not inbound.text and not self.is_stale(inbound):
            unread = self._saying(SAY_CANNOT_READ[inbound.medium])
            return await self._say(conversation, inbound, unread)
        return await self._answer(await self._turn(conversation, inbound))

    async def fault(self, conversation: str, inbound: Inbound) -> Reply:
        """What is said when there is no answer."""
        # No session is opened, which may be what failed: the answer itself names the protocol.
        known = {**self._facts, "protocol": await self._protocol(conversation, inbound)}
        return await self._say(conversation, inbound, Saying(SAY_TECHNICAL_FAULT, known))

    def is_stale(self, inbound: Inbound) -> bool:
        """Whether a message is too old to be acted on."""
        return self._now() - inbound.sent_at > STALE_AFTER

    async def _has_just_said_so(self, conversation: str) -> bool:
        """Whether the last answer was to a stale message, too: one apology is enough."""
        since = self._now() - APOLOGY_HOLDS_FOR
        delay = await asyncio.to_thread(self._transcript.last_delay, conversation, since)
        return delay is not None and delay > STALE_AFTER

    async def _turn(self, conversation: str, inbound: Inbound) -> Turn:
        """What Rasa is given, and what is to be said first."""
        turn = Turn(
            conversation=conversation,
            channel=inbound.channel,
            message_id=str(inbound.number),
            text=typed(inbound.text),
            metadata={"address": inbound.address, "channel": inbound.channel},
        )

        def preceded(response: str, text: str) -> Turn:
            return replace(turn, text=text, preface=self._saying(response))

        if self.is_stale(inbound):
            return preceded(SAY_CAME_LATE, SHOW_MENU)
        if inbound.medium:
            return preceded(SAY_CANNOT_READ[inbound.medium], turn.text)
        if inbound.choice is None:
            return turn
        payload = await asyncio.to_thread(self._transcript.payload, conversation, inbound.choice)
        if payload is None:
            return preceded(SAY_CHOICE_EXPIRED, SHOW_MENU)
        return replace(turn, text=payload)

    async def _answer(self, turn: Turn) -> Reply:
        try:
            answer = await asyncio.wait_for(self._engine.turn(turn), TURN_DEADLINE)
        except asyncio.TimeoutError as late:  # again, it would only keep the customer waiting
            raise NoAnswer("demorou demais") from late
        rendered = render(answer.said)
        if len(answer.said) <= bool(turn.preface) or not rendered.messages:
            raise NoAnswer("nada a dizer")
        return Reply(rendered, answer.state)

    async def _say(self, conversation: str, inbound: Inbound, saying: Saying) -> Reply:
        answer = await self._engine.say(conversation, inbound.channel, saying)
        return Reply(render(answer.said), answer.state)

    def _saying(self, response: str) -> Saying:
        return Saying(response, self._facts, opens_session=True)

    async def _protocol(self, conversation: str, inbound: Inbound) -> str:
        try:
            return await asyncio.to_thread(self._attended.protocol, conversation, inbound.channel)
        except Exception as error:  # the answer matters more than the number in it
            log.error("protocol.unknown", conversation=conversation, fault=describe(error))
            return ""
