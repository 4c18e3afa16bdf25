"""The one connection to SQLite goes to whoever has waited longest, and is never lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

import records
from records.turnstile import Turnstile, go_first

PATIENCE = 60.0


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = records.connect(f"sqlite:///{tmp_path}/records.db")
    yield engine
    engine.dispose()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)  # polling a condition


def test_those_who_wait_go_first_in_the_order_in_which_they_came(engine: Engine) -> None:
    went: list[str] = []

    def use(name: str) -> None:
        with engine.begin():
            went.append(name)

    names = [f"thread {number}" for number in range(5)]
    threads = [threading.Thread(target=use, args=(name,)) for name in names]
    with engine.begin():
        for number, thread in enumerate(threads):
            thread.start()
            wait_until(lambda there=number + 1: engine.pool.turnstile.waiting == there)
    use("who comes by")
    for thread in threads:
        thread.join(PATIENCE)
    assert went == [*names, "who comes by"]


def test_threads_that_go_first_are_let_through_before_the_others(engine: Engine) -> None:
    went: list[str] = []

    def use(name: str) -> None:
        if name.startswith("first"):
            go_first()
        with engine.begin():
            went.append(name)

    names = ["other 1", "first 1", "other 2", "first 2"]
    threads = [threading.Thread(target=use, args=(name,)) for name in names]
    with engine.begin():
        for number, thread in enumerate(threads):
            thread.start()
            wait_until(lambda there=number + 1: engine.pool.turnstile.waiting == there)
    for thread in threads:
        thread.join(PATIENCE)
    assert went == ["first 1", "first 2", "other 1", "other 2"]


def test_whoever_gave_up_is_not_waited_for() -> None:
    turnstile = Turnstile()
    assert turnstile.enter(0)
    assert not turnstile.enter(0.001)
    turnstile.leave()
    assert turnstile.enter(0)


def test_who_waits_too_long_is_told_so(engine: Engine) -> None:
    engine.pool._timeout = 0.001
    with engine.begin(), pytest.raises(PoolExhausted), engine.begin():
        pass
    with engine.begin() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_connection_that_cannot_be_opened_keeps_nobody_waiting(tmp_path: Path) -> None:
    folder = tmp_path / "records.db"
    folder.mkdir()
    engine = records.connect(f"sqlite:///{folder}")
    for _ in range(2):
        with pytest.raises(OperationalError), engine.begin():
            pass


def test_a_transaction_that_fails_lets_the_next_one_through(engine: Engine) -> None:
    with pytest.raises(OperationalError), engine.begin() as connection:
        connection.execute(text("SELECT 1 FROM nowhere"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
