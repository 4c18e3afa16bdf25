"""The life of a one-time link."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from mail.confirmation import (
    AlreadyUsed,
    Confirmed,
    ConsentGone,
    Expired,
    Gone,
    Redemption,
    Unknown,
    issue,
    redeem,
)
from records.tables import confirmations
from tests.mail.conftest import PROTOCOL, START

LATER = START + timedelta(hours=1)


class BillingDown(Exception):
    pass


def issued(engine: Engine, consent: str = "consent-1") -> str:
    with engine.begin() as connection:
        return issue(connection, consent, PROTOCOL, START)


def nothing(_: str) -> None:
    pytest.fail("nothing was to be confirmed")


def test_confirms_once(any_database: Engine) -> None:
    confirmed: list[str] = []
    token = issued(any_database)
    assert redeem(any_database, token, confirmed.append, LATER) == Confirmed(PROTOCOL)
    again = redeem(any_database, token, nothing, LATER + timedelta(days=30))
    assert again == AlreadyUsed(PROTOCOL, LATER)
    assert confirmed == ["consent-1"]


def test_each_link_is_its_own(database: Engine) -> None:
    tokens = [issued(database, f"consent-{number}") for number in range(3)]
    assert len(set(tokens)) == 3
    confirmed: list[str] = []
    redeem(database, tokens[1], confirmed.append, LATER)
    assert confirmed == ["consent-1"]
    assert isinstance(redeem(database, tokens[2], confirmed.append, LATER), Confirmed)


def test_token_is_long_and_not_stored(database: Engine, tmp_path: Path) -> None:
    token = issued(database)
    assert len(token) == 43  # 256 bits
    with database.begin() as connection:
        (row,) = connection.execute(select(confirmations))
    assert token not in map(str, row)
    database.dispose()
    for file in tmp_path.glob("records.db*"):
        assert token.encode() not in file.read_bytes()


def test_valid_for_48_hours(any_database: Engine) -> None:
    token = issued(any_database)
    end = START + timedelta(hours=48)
    assert redeem(any_database, token, nothing, end) == Expired(PROTOCOL)
    last = end - timedelta(microseconds=1)
    assert redeem(any_database, token, lambda _: None, last) == Confirmed(PROTOCOL)


@pytest.mark.parametrize("token", ["", "x", "é", "\udce9", "x" * 5000])
def test_unknown(database: Engine, token: str) -> None:
    issued(database)
    assert redeem(database, token, nothing, LATER) == Unknown()


def test_is_undone_with_its_transaction(database: Engine) -> None:
    with database.connect() as connection:
        token = issue(connection, "consent-1", PROTOCOL, START)
        connection.rollback()
    assert redeem(database, token, nothing, LATER) == Unknown()


def test_stays_usable_while_billing_is_down(any_database: Engine) -> None:
    def fail(_: str) -> None:
        raise BillingDown

    token = issued(any_database)
    for _ in range(3):
        with pytest.raises(BillingDown):
            redeem(any_database, token, fail, LATER)
    assert redeem(any_database, token, lambda _: None, LATER) == Confirmed(PROTOCOL)


@pytest.mark.parametrize("gone", [ConsentGone, LookupError])
def test_consent_that_no_longer_stands(database: Engine, gone: type[Exception]) -> None:
    def fail(_: str) -> None:
        raise gone

    assert redeem(database, issued(database), fail, LATER, gone=gone) == Gone(PROTOCOL)


def test_confirms_outside_any_transaction(database: Engine) -> None:
    def write_too(_: str) -> None:
        issued(database, "consent-2")  # SQLite would be locked for 5 s, and fail

    assert redeem(database, issued(database), write_too, LATER) == Confirmed(PROTOCOL)


def test_two_clicks_at_once(any_database: Engine) -> None:
    together = threading.Barrier(2, timeout=10)
    outcomes: list[Redemption] = []
    token = issued(any_database)

    def click() -> None:
        outcomes.append(redeem(any_database, token, lambda _: together.wait(), LATER))

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyUsed", "Confirmed"]
