"""Puts delivery together, in either shape and for either role.

In one process (``LocalQueue``, ``LocalNews``) or over a broker, whoever accepts needs no engine,
and whoever answers needs no channel that customers reach.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.engine import Engine as Records

from bot.answering import Answering
from bot.attended import Attended
from bot.conversations import Conversations, Doors
from bot.delivery.answers import Answers
from bot.delivery.census import take_census
from bot.delivery.dispatcher import Dispatcher, Patience
from bot.delivery.inbox import Inbox
from bot.delivery.news import Audience, LocalNews, Missed, News, Notice, ToSend
from bot.delivery.people_news import PeopleNews
from bot.delivery.queue import LocalQueue, WorkQueue
from bot.delivery.reports import Reports
from bot.delivery.retention import Retention
from bot.delivery.sweeper import Rounds, Sweeper
from bot.delivery.turns import ALBUM_QUIET, RETRIES, Turns
from bot.delivery.waiting import Consolation
from bot.replies import Replies
from bot.transcript import Clock, Transcript, utc_now
from channels.sending import SendingChannel

WAITING_LIMIT = 500
"""Messages that wait, above which customers are told that answers take longer."""


@dataclass(frozen=True)
class Ways:
    """How processes reach each other; by default there is only one."""

    queue: WorkQueue = field(default_factory=LocalQueue)
    news: News = field(default_factory=LocalNews)


@dataclass(frozen=True)
class Habits:
    """How long delivery waits for what, and how much it bears."""

    retries: Sequence[float] = RETRIES
    album_quiet: float = ALBUM_QUIET
    patience: Patience = field(default_factory=Patience)
    rounds: Rounds = field(default_factory=Rounds)
    waiting_limit: int = WAITING_LIMIT


class Delivery:
    """Everything between channels and engine in one process."""

    def __init__(
        self,
        records: Records,
        secret: str,
        engine: Answering | None,
        *,
        channels: Sequence[SendingChannel] = (),
        sends: bool = True,
        facts: Mapping[str, str] | None = None,
        ways: Ways | None = None,
        habits: Habits | None = None,
        now: Clock = utc_now,
    ) -> None:
        """Keep everything in ``records``, and answer with ``engine`` where there is one.

        ``channels`` are those that send by calls. They are needed by whoever answers, to render,
        and made use of where ``sends`` is set. ``facts`` are variables of the domain's responses
        that hold for everybody, such as the distributor's name.
        """
        ways, habits = ways or Ways(), habits or Habits()
        self._queue, self._news = ways.queue, ways.news
        audience, attended = Audience(secret), Attended(records)
        transcript = Transcript(records, now)
        answers = Answers(records, channels, now)
        inbox = Inbox(records, secret, now)
        self._sweeper = Sweeper(
            inbox, self._queue, lambda: take_census(records, channels, now()), now, habits.rounds
        )
        consolation = Consolation(
            answers,
            attended,
            self._news,
            lambda: self._sweeper.backlog.messages,
            habits.waiting_limit,
        )
        doors = Doors(inbox, self._queue, self._news, audience, consolation)
        self.conversations = Conversations(records, transcript, doors)
        self.reports = Reports(records, self._news, now, habits.patience)
        self._people = PeopleNews(records, self._news, audience, now, habits.patience.poll)
        self._turns: Turns | None = None
        if engine:
            replies = Replies(engine, transcript, attended, facts or {}, now)
            self._turns = Turns(
                inbox,
                replies,
                answers,
                self._news,
                audience,
                retries=habits.retries,
                album_quiet=habits.album_quiet,
            )
        self._dispatchers = {
            (channel.name, channel.account): Dispatcher(records, channel, now, habits.patience)
            for channel in (channels if sends else ())
        }
        self._retention = Retention(records, now)
        self._news.listen(self._hear)

    async def start(self) -> int:
        """Begin, with what was left unfinished; returns how many conversations that is."""
        await self._news.start()
        await self._queue.start(self._turns.work if self._turns else None)
        for dispatcher in self._dispatchers.values():
            dispatcher.start()
        self._people.start()
        self._retention.start()
        return await self._sweeper.start()

    def leads(self, channel: SendingChannel | None) -> bool:
        """Whether this is the process that sends over the channel's account."""
        dispatcher = channel and self._dispatchers.get((channel.name, channel.account))
        return bool(dispatcher and dispatcher.leads)

    async def stop(self, deadline: float = 10.0) -> None:
        """Finish the turns and the calls in hand; what else waits is for the next start."""
        await asyncio.gather(self._sweeper.stop(), self._people.stop(), self._retention.stop())
        if self._turns:
            self._turns.stop()
        await self._queue.stop(deadline)
        await asyncio.gather(*(one.stop(deadline) for one in self._dispatchers.values()))
        await self._news.stop()

    def _hear(self, notice: Notice) -> None:
        if isinstance(notice, ToSend):
            dispatcher = self._dispatchers.get((notice.channel, notice.account))
            if dispatcher:
                dispatcher.ring()
        elif isinstance(notice, Missed):
            for dispatcher in self._dispatchers.values():
                dispatcher.ring()
