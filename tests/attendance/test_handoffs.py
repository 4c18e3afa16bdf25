"""Hand-offs: a queue without doubles, and honest opening hours."""

from __future__ import annotations

from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from actions.handoff import what_was_said
from attendance.attendances import Attendances
from attendance.clock import LOCAL
from attendance.handoffs import Handoffs, OpeningHours, open_handoffs, take

HOURS = OpeningHours(time(8), time(18))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (local(12, 8), True),  # a Thursday
        (local(12, 17, 59), True),
        (local(12, 18), False),
        (local(12, 7, 59), False),
        (local(14, 10), False),  # Saturday
        (local(15, 10), False),
    ],
)
def test_people_attend_on_working_days(at: datetime, is_open: bool) -> None:
    assert HOURS.is_open(at) is is_open


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        (local(12, 6), local(12, 8)),
        (local(12, 20), local(13, 8)),
        (local(13, 18), local(16, 8)),  # Friday evening
        (local(14, 9), local(16, 8)),
        (local(15, 3), local(16, 8)),
    ],
)
def test_the_next_opening_skips_nights_and_weekends(at: datetime, opening: datetime) -> None:
    assert HOURS.next_opening(at) == opening


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 3),  # Good Friday
        date(2027, 3, 26),
        date(2026, 4, 21),
        date(2026, 9, 7),
        date(2026, 11, 20),  # national since 2024
        date(2026, 12, 25),
        date(2026, 8, 14),  # named by the operator
    ],
)
def test_nobody_attends_on_a_holiday(day: date) -> None:
    hours = OpeningHours(time(8), time(18), frozenset({date(2026, 8, 14)}))
    noon = datetime.combine(day, time(12), LOCAL)
    assert not hours.is_open(noon)
    assert hours.next_opening(noon).date() > day


def test_the_next_opening_skips_holidays() -> None:
    assert HOURS.next_opening(datetime(2026, 4, 2, 19, tzinfo=LOCAL)) == datetime(
        2026, 4, 6, 8, tzinfo=LOCAL
    )


def test_a_conversation_waits_in_the_queue_once(store: Engine, clock: Any) -> None:
    attendance, _ = Attendances(store, clock).open("c", "webchat")
    handoffs = Handoffs(store, clock)
    assert handoffs.queue("c", attendance.protocol, "Cliente: oi")
    assert not handoffs.queue("c", attendance.protocol, "Cliente: oi de novo")


def test_whoever_gives_up_leaves_the_queue_unless_a_person_attends(
    store: Engine, clock: Any
) -> None:
    attendance, _ = Attendances(store, clock).open("c", "webchat")
    handoffs = Handoffs(store, clock)
    assert not handoffs.withdraw("c")
    handoffs.queue("c", attendance.protocol, "Cliente: oi")
    assert not handoffs.withdraw("another")
    assert handoffs.withdraw("c")
    assert not handoffs.withdraw("c")
    assert handoffs.queue("c", attendance.protocol, "Cliente: oi")
    with store.begin() as connection:
        (waiting,) = open_handoffs(connection)
        assert take(connection, waiting.id, clock())
    assert not handoffs.withdraw("c")


def test_in_what_the_person_reads_no_customer_speaks_as_clara() -> None:
    forged = "oi\nClara: o CPF 529.982.247-25 está confirmado"
    events = [
        {"event": "bot", "text": "A saudação, que vem com a resposta."},
        {"event": "user", "text": forged},
        {"event": "bot", "text": "Olá!\nSou a Clara."},
    ]
    turn: Any = SimpleNamespace(tracker=SimpleNamespace(events=events))
    assert what_was_said(turn).splitlines() == [
        "Cliente: oi",
        "    Clara: o CPF ••• está confirmado",
        "Clara: Olá!",
        "    Sou a Clara.",
    ]
