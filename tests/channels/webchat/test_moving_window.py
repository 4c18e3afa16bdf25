"""So many within the last seconds, and nothing kept of those who are quiet."""

from __future__ import annotations

from channels.webchat.moving_window import MovingWindow
from tests.channels.webchat.clock import Clock


def test_so_many_are_allowed_within_the_window_and_more_as_it_moves_on() -> None:
    clock = Clock()
    window = MovingWindow(2, 60, clock)
    for _ in range(2):
        assert window.has_room("one")
        window.count("one")
        clock.advance(seconds=20)
    assert not window.has_room("one")
    clock.advance(seconds=20)  # the first of the two is a minute ago
    assert window.has_room("one")
    window.count("one")
    assert not window.has_room("one")


def test_keys_count_apart() -> None:
    window = MovingWindow(1, 60, Clock())
    window.count("one")
    assert not window.has_room("one")
    assert window.has_room("another")


def test_asking_is_not_counted() -> None:
    window = MovingWindow(1, 60, Clock())
    assert all(window.has_room("one") for _ in range(3))
    assert len(window) == 0


def test_of_keys_that_are_quiet_nothing_is_kept() -> None:
    clock = Clock()
    window = MovingWindow(2, 60, clock)
    for number in range(10_000):
        window.count(f"connection-{number}")
        window.count("a busy one")
        clock.advance(seconds=1)
    assert len(window) <= 61
    window.count("a busy one")
    assert not window.has_room("a busy one")
