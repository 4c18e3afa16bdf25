"""The outbox: queued once, sent once, tried again later, given up in the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from mail.carrier import TryLater, Undeliverable
from mail.deliveries import CLAIM, claim
from mail.outbox import (
    FIRST_DELAY,
    LONGEST_DELAY,
    MAX_ATTEMPTS,
    Postman,
    delay_after,
    enqueue,
    wake_postmen,
)
from records.tables import mail_outbox
from tests.mail.conftest import START, TestClock, a_letter


class Recorder:
    """Accepts mail, or fails as it is told."""

    def __init__(self, *faults: Exception) -> None:
        self.carried: list[bytes] = []
        self.faults = list(faults)

    def carry(self, message: bytes) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.carried.append(message)


def row(engine: Engine, key: str = "k") -> Any:
    with engine.begin() as connection:
        return connection.execute(select(mail_outbox).where(mail_outbox.c.key == key)).one()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_sends_what_is_due(any_database: Engine, clock: TestClock) -> None:
    carrier = Recorder()
    message = a_letter()
    enqueue(any_database, message, "k", at=START)
    assert Postman(any_database, carrier, clock).deliver_due() == 1
    assert carrier.carried == [message.as_bytes()]
    assert row(any_database).sent_at == START


def test_forgets_the_text_of_what_is_sent(database: Engine, clock: TestClock) -> None:
    enqueue(database, a_letter(), "k", at=START)
    assert row(database).message
    Postman(database, Recorder(), clock).deliver_due()
    assert row(database).message == b""


def test_a_key_is_queued_once(any_database: Engine, clock: TestClock) -> None:
    carrier = Recorder()
    enqueue(any_database, a_letter(), "k", at=START)
    enqueue(any_database, a_letter(), "k", at=START)
    postman = Postman(any_database, carrier, clock)
    postman.deliver_due()
    enqueue(any_database, a_letter(), "k", at=START)
    postman.deliver_due()
    assert len(carrier.carried) == 1


def test_a_key_queued_twice_leaves_the_transaction_usable(any_database: Engine) -> None:
    with any_database.begin() as connection:
        enqueue(connection, a_letter(), "k")
        enqueue(connection, a_letter(), "k")
        enqueue(connection, a_letter(), "other")
    assert row(any_database, "other").sent_at is None


def test_is_undone_with_its_transaction(database: Engine, clock: TestClock) -> None:
    with database.connect() as connection:
        enqueue(connection, a_letter(), "k", at=START)
        connection.rollback()
    assert Postman(database, Recorder(), clock).deliver_due() == 0


def test_tries_again_later(any_database: Engine, clock: TestClock) -> None:
    enqueue(any_database, a_letter(), "k", at=START)
    carrier = Recorder(TryLater("SMTP 451"))
    postman = Postman(any_database, carrier, clock)
    assert postman.deliver_due() == 1
    assert postman.deliver_due() == 0  # not at once
    assert (row(any_database).attempts, row(any_database).last_error) == (1, "SMTP 451")
    clock.advance(FIRST_DELAY * 1.25)
    assert postman.deliver_due() == 1
    assert len(carrier.carried) == 1
    assert row(any_database).last_error is None


def test_gives_up_what_is_undeliverable(any_database: Engine, clock: TestClock) -> None:
    enqueue(any_database, a_letter(), "k", at=START)
    postman = Postman(any_database, Recorder(Undeliverable("SMTP 550")), clock)
    postman.deliver_due()
    clock.advance(timedelta(days=365))
    assert postman.deliver_due() == 0
    mail = row(any_database)
    assert (mail.given_up_at, mail.sent_at, mail.last_error) == (START, None, "SMTP 550")
    assert mail.message  # an operator may queue it anew


def test_gives_up_after_a_day_of_attempts(database: Engine, clock: TestClock) -> None:
    enqueue(database, a_letter(), "k", at=START)
    postman = Postman(database, Recorder(*[TryLater("SMTP 421")] * 99), clock)
    tried = 0
    while row(database).given_up_at is None:
        tried += postman.deliver_due()
        clock.at = max(clock.at, row(database).next_attempt_at)
    assert tried == MAX_ATTEMPTS
    assert timedelta(hours=17) < clock.at - START < timedelta(hours=31)


def test_delays_double_up_to_a_limit_and_vary() -> None:
    for attempt in range(1, MAX_ATTEMPTS):
        usual = min(FIRST_DELAY * 2 ** (attempt - 1), LONGEST_DELAY)
        for _ in range(20):
            assert usual * 0.75 <= delay_after(attempt) <= usual * 1.25
    assert len({delay_after(3) for _ in range(10)}) > 1


def test_one_mail_that_breaks_the_carrier_does_not_stop_the_next(
    database: Engine, clock: TestClock
) -> None:
    enqueue(database, a_letter(), "bad", at=START)
    enqueue(database, a_letter(), "good", at=START + timedelta(seconds=1))
    clock.advance(timedelta(seconds=1))
    Postman(database, Recorder(KeyError("joao@example.com")), clock).deliver_due()
    assert row(database, "bad").last_error == "KeyError"  # and no address
    assert row(database, "good").sent_at


def test_a_crash_while_sending_sends_again_with_the_same_message_id(
    database: Engine, clock: TestClock
) -> None:
    class Crash(BaseException):
        pass

    class Crashing(Recorder):
        def carry(self, message: bytes) -> None:
            super().carry(message)
            raise Crash

    enqueue(database, a_letter(), "k", at=START)
    first, second = Crashing(), Recorder()
    with pytest.raises(Crash):
        Postman(database, first, clock).deliver_due()
    survivor = Postman(database, second, clock)
    assert survivor.deliver_due() == 0  # the claim still holds
    clock.advance(CLAIM)
    assert survivor.deliver_due() == 1
    assert second.carried == first.carried


def test_a_mail_that_crashes_every_postman_is_given_up(database: Engine, clock: TestClock) -> None:
    enqueue(database, a_letter(), "k", at=START)
    for _ in range(MAX_ATTEMPTS):
        assert claim(database, clock())
        clock.advance(CLAIM)
    carrier = Recorder()
    Postman(database, carrier, clock).deliver_due()
    assert carrier.carried == []
    assert row(database).given_up_at


def test_a_slow_postman_does_not_undo_what_another_noted(
    database: Engine, clock: TestClock
) -> None:
    class Slow(Recorder):
        def carry(self, message: bytes) -> None:
            clock.advance(CLAIM)
            assert Postman(database, Recorder(), clock).deliver_due() == 1
            raise Undeliverable("SMTP 550")

    enqueue(database, a_letter(), "k", at=START)
    Postman(database, Slow(), clock).deliver_due()
    assert row(database).sent_at
    assert row(database).given_up_at is None


def test_many_postmen_send_each_mail_once(any_database: Engine, clock: TestClock) -> None:
    carrier = Recorder()  # list.append is atomic
    letters = 24
    for number in range(letters):
        enqueue(any_database, a_letter(), str(number), at=START)
    postmen = [Postman(any_database, carrier, clock) for _ in range(4)]
    threads = [threading.Thread(target=postman.deliver_due) for postman in postmen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(carrier.carried) == len(set(carrier.carried)) == letters


def test_works_in_a_thread_and_wakes_for_new_mail(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail.outbox.POLL_SECONDS", 60)
    carrier = Recorder()
    postman = Postman(database, carrier)
    postman.start()
    postman.start()  # harmless
    with closing(_Stopping(postman)):
        enqueue(database, a_letter(), "1")
        wait_for(lambda: len(carrier.carried) == 1)
        with database.begin() as connection:
            enqueue(connection, a_letter(), "2")
        wake_postmen()
        wait_for(lambda: len(carrier.carried) == 2)
    enqueue(database, a_letter(), "3")
    time.sleep(0.1)
    assert len(carrier.carried) == 2
    postman.start()
    with closing(_Stopping(postman)):
        wait_for(lambda: len(carrier.carried) == 3)


def test_survives_a_database_that_is_away(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail.outbox.POLL_SECONDS", 0.01)
    carrier = Recorder()
    enqueue(database, a_letter(), "k")
    with database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE mail_outbox RENAME TO away")
    postman = Postman(database, carrier)
    postman.start()
    with closing(_Stopping(postman)):
        time.sleep(0.1)
        with database.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO mail_outbox")
        wait_for(lambda: carrier.carried)


class _Stopping:
    def __init__(self, postman: Postman) -> None:
        self._postman = postman

    def close(self) -> None:
        self._postman.stop()
