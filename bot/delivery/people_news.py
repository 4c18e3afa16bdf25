"""Lets followers hear what people say: they speak from a process of their own.

Over a channel that sends by calls their words go out by the outbox. Whoever follows over an open
connection hears of them here, within seconds; conversations that no person attends cost nothing.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.engine import Engine

from bot import aliases
from bot.delivery.news import Audience, NewEntries, News
from bot.faults import describe
from bot.transcript import Clock
from records.tables import conversations, handoffs

LAST_WORDS = timedelta(minutes=1)
"""For so long after its end a hand-off is looked at: the end is told to the customer too."""

log = structlog.get_logger(__name__)


class PeopleNews:
    """Looks at the conversations that people attend."""

    def __init__(
        self, records: Engine, news: News, audience: Audience, now: Clock, every: float
    ) -> None:
        """Look every so many seconds."""
        self._records = records
        self._news = news
        self._audience = audience
        self._now = now
        self._every = every
        self._told: dict[str, int] = {}
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Look no more."""
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            try:
                for notice in await asyncio.to_thread(self._changed):
                    self._news.tell(notice)
            except Exception as error:  # the records may be back the next time
                log.error("people.unheard", fault=describe(error))
            await asyncio.sleep(self._every)

    def _changed(self) -> list[NewEntries]:
        """The attended conversations in which something was said since the last look."""
        attended = (
            select(conversations.c.id, conversations.c.last_entry)
            .join(handoffs, handoffs.c.conversation_id == conversations.c.id)
            .where(
                handoffs.c.taken_at.is_not(None),
                or_(
                    handoffs.c.closed_at.is_(None),
                    handoffs.c.closed_at > self._now() - LAST_WORDS,
                ),
            )
        )
        with self._records.begin() as connection:
            last = {one.id: one.last_entry for one in connection.execute(attended)}
            changed = [one for one in last if self._told.get(one) != last[one]]
            audiences = {
                one: self._audience(aliases.senders_of(connection, one)) for one in changed
            }
        self._told = last
        return [NewEntries(one, audiences[one], last[one]) for one in changed]
