"""Each entry once and in order, whatever happens at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone

import pytest

from channels.assistant import Author, Entry, Follower, Sender, Working
from channels.message import OutgoingMessage
from channels.webchat.feed import Feed

SENDER = Sender("webchat", "web", "id")
NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


def entry(number: int) -> Entry:
    return Entry(number, Author.CLARA, f"e{number}", NOW, OutgoingMessage(str(number)))


class Past:
    """An assistant whose transcript can be interrupted."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers
        self.followers: list[Follower] = []
        self.meanwhile: list[Entry | Working] = []
        self.interrupt: Callable[[], None] = lambda: None

    def follow(self, sender: Sender, follower: Follower) -> Callable[[], None]:
        assert sender == SENDER
        self.followers.append(follower)
        return lambda: self.followers.remove(follower)

    async def transcript(self, sender: Sender, after: int = 0) -> Sequence[Entry]:
        for news in self.meanwhile:
            await self.tell(news)
        self.interrupt()
        return [entry(number) for number in self.numbers if number > after]

    async def tell(self, news: Entry | Working) -> None:
        for follower in [*self.followers]:
            await follower(news)


class Recorder:
    """A screen that notes what it is shown; ``during`` runs while it shows one thing."""

    def __init__(self, replays: bool = True) -> None:
        self.replays = replays
        self.shown: list[object] = []
        self.during: Callable[[], None] = lambda: None

    async def missed(self, past: Sequence[Entry]) -> None:
        self.shown.append([one.number for one in past])

    async def entry(self, entry: Entry) -> None:
        self.shown.append(entry.number)
        self.during()

    async def working(self, active: bool) -> None:
        self.shown.append(active)


async def opened(past: Past, since: int = 0, replays: bool = True) -> tuple[Feed, list[object]]:
    screen = Recorder(replays)
    feed = Feed(past, SENDER, screen)  # type: ignore[arg-type]
    await feed.open(since)
    return feed, screen.shown


async def test_the_past_then_what_comes() -> None:
    past = Past(1, 2, 3)
    _, shown = await opened(past, since=1)
    await past.tell(Working(True))
    await past.tell(entry(4))
    assert shown == [[2, 3], True, 4]


async def test_what_comes_while_the_past_is_read_waits_for_it() -> None:
    past = Past(1)
    past.meanwhile = [Working(True), entry(2), Working(False)]
    _, shown = await opened(past)
    assert shown == [[1], True, 2, False]


async def test_what_comes_while_the_past_is_read_and_is_in_it_comes_once() -> None:
    past = Past(1, 2, 3)
    past.meanwhile = [entry(2), entry(3)]
    _, shown = await opened(past)
    await past.tell(entry(3))
    assert shown == [[1, 2, 3]]


async def test_what_the_client_has_does_not_come_again() -> None:
    past = Past(1, 2)
    past.meanwhile = [entry(2)]
    _, shown = await opened(past, since=2)
    assert shown == [[]]


async def test_what_comes_while_held_news_are_shown_comes_after_them() -> None:
    past, screen = Past(1), Recorder()
    past.meanwhile = [entry(2), entry(3)]
    feed = Feed(past, SENDER, screen)  # type: ignore[arg-type]

    def interrupt() -> None:
        screen.during = lambda: None
        with pytest.raises(StopIteration):  # in the middle of ``open``, not in a task of its own
            past.followers[0](entry(4)).__await__().send(None)  # type: ignore[attr-defined]

    screen.during = interrupt
    await feed.open(0)
    assert screen.shown == [[1], 2, 3, 4]


async def test_a_screen_without_replay_is_shown_no_past() -> None:
    past = Past(1, 2)
    _, shown = await opened(past, replays=False)
    await past.tell(entry(3))
    assert shown == [3]


async def test_nothing_after_closing() -> None:
    past = Past()
    feed, shown = await opened(past)
    (follower,) = past.followers
    feed.close()
    feed.close()
    await follower(entry(1))
    assert past.followers == []
    assert shown == [[]]


async def test_closed_while_the_past_is_read() -> None:
    past, screen = Past(1), Recorder()
    past.meanwhile = [entry(2)]
    feed = Feed(past, SENDER, screen)  # type: ignore[arg-type]
    past.interrupt = feed.close
    await feed.open(0)
    assert screen.shown == []
    assert past.followers == []


async def test_a_past_that_cannot_be_read_leaves_no_follower() -> None:
    past = Past()

    def fail() -> None:
        raise RuntimeError

    past.interrupt = fail
    with pytest.raises(RuntimeError):
        await opened(past)
    assert past.followers == []
