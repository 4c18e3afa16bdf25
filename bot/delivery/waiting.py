"""Telling customers, once, that answers take longer: while more messages wait than a limit."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

import structlog

from actions.replies import replies
from bot.answering import SAY_TAKES_LONGER
from bot.attended import Attended
from bot.delivery.answers import Answers
from bot.delivery.news import NewEntries, News, ToSend
from bot.faults import describe
from bot.inbound import Inbound
from channels.assistant import Entry
from channels.message import OutgoingMessage

log = structlog.get_logger(__name__)


class Consolation:
    """Offered to everybody whose message is accepted."""

    def __init__(
        self,
        answers: Answers,
        attended: Attended,
        news: News,
        waiting: Callable[[], int],
        limit: int,
    ) -> None:
        """Speak while ``waiting()`` is above ``limit``."""
        self._answers = answers
        self._attended = attended
        self._news = news
        self._waiting = waiting
        self._limit = limit
        self._telling: set[asyncio.Task[None]] = set()

    def offer(self, conversation: str, inbound: Inbound, audience: tuple[str, ...]) -> None:
        """Tell this customer to wait, if they have to. Returns at once."""
        if self._waiting() <= self._limit:
            return
        telling = asyncio.create_task(self._tell(conversation, inbound, audience))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _tell(self, conversation: str, inbound: Inbound, audience: tuple[str, ...]) -> None:
        try:
            said = await asyncio.to_thread(self._store, conversation, inbound)
        except Exception as error:  # their answer will come all the same
            log.error("wait.untold", conversation=conversation, fault=describe(error))
            return
        if not said:
            return
        self._news.tell(NewEntries(conversation, audience, said[0].number, tuple(said)))
        channel = self._answers.channel_of(inbound.sender)
        if channel:
            self._news.tell(ToSend(channel.name, channel.account))

    def _store(self, conversation: str, inbound: Inbound) -> list[Entry]:
        if self._attended.is_by_a_person(conversation):
            return []
        words = secrets.choice(replies()[SAY_TAKES_LONGER])["text"]
        return self._answers.tell_to_wait(conversation, inbound, OutgoingMessage(text=words))
