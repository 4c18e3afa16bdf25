"""Whatever holds the event loop is counted, and named."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.loop_watch import HELD, LAG, LoopWatch

PATIENCE = 60


@pytest.fixture
def told() -> Iterator[list[dict[str, object]]]:
    with capture_logs() as logs:
        yield logs


async def test_a_loop_that_is_held_is_told_with_the_place(told: list[dict[str, object]]) -> None:
    before = HELD._value.get()
    watch = LoopWatch(alarm=0.01, interval=0.001)
    watch.start()
    _hold_the_loop_until(lambda: told)
    watch.stop()
    assert HELD._value.get() > before
    assert told[0]["event"] == "loop.held"
    assert "_hold_the_loop_until" in str(told[0]["where"])


async def test_a_loop_that_is_free_gives_no_alarm(told: list[dict[str, object]]) -> None:
    measured = _observations()
    watch = LoopWatch(alarm=PATIENCE, interval=0.001)
    watch.start()
    while _observations() < measured + 3:
        await asyncio.sleep(0)
    watch.stop()
    assert told == []


def _hold_the_loop_until(true: object) -> None:
    clock = threading.Event()
    for _ in range(PATIENCE * 100):
        if true():  # type: ignore[operator]
            return
        clock.wait(0.01)
    raise AssertionError("nothing was told")


def _observations() -> float:
    return sum(bucket.get() for bucket in LAG._buckets)
