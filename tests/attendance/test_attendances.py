"""Attendances: one protocol sequence, proofs that end with the session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from attendance.attendances import SESSION, Attendances


@pytest.fixture
def attendances(store: Engine, clock: Any) -> Attendances:
    return Attendances(store, clock)


def test_protocols_are_the_year_and_one_sequence_over_all_channels(
    attendances: Attendances,
) -> None:
    first, _ = attendances.open("conversation-1", "webchat")
    second, _ = attendances.open("conversation-2", "telegram")
    assert (first.protocol, second.protocol) == ("20260000000001", "20260000000002")


def test_the_year_is_that_of_the_distributor_and_starts_its_own_sequence(
    attendances: Attendances, clock: Any
) -> None:
    attendances.open("conversation-1", "webchat")
    clock.at = clock.at.replace(year=2027, month=1, day=1, hour=1)  # still 2026 in Belém
    assert attendances.open("conversation-2", "webchat")[0].protocol == "20260000000002"
    clock.advance(hours=3)
    assert attendances.open("conversation-3", "webchat")[0].protocol == "20270000000001"


def test_no_two_attendances_share_a_protocol(attendances: Attendances) -> None:
    with ThreadPoolExecutor(8) as threads:
        opened = threads.map(lambda n: attendances.open(f"c-{n}", "webchat")[0], range(60))
    assert len({attendance.protocol for attendance in opened}) == 60


def test_an_attendance_goes_on_while_the_customer_writes(
    attendances: Attendances, clock: Any
) -> None:
    opened, _ = attendances.open("c", "webchat")
    for _ in range(5):
        clock.advance(minutes=29)
        assert attendances.current("c", "webchat").protocol == opened.protocol


def test_silence_ends_it_with_every_proof(attendances: Attendances, clock: Any) -> None:
    opened, _ = attendances.open("c", "webchat")
    attendances.prove_holder(opened.protocol, "holder")
    clock.advance(seconds=SESSION.total_seconds())
    following = attendances.current("c", "webchat")
    assert following.protocol != opened.protocol
    assert following.level == 0


def test_proofs_end_before_it_does(attendances: Attendances) -> None:
    opened, _ = attendances.open("c", "webchat")
    attendances.prove_unit(opened, "unit")
    attendances.prove_holder(opened.protocol, "holder")
    attendances.end_proofs(opened.protocol)
    current = attendances.current("c", "webchat")
    assert (current.protocol, current.level) == (opened.protocol, 0)


def test_opening_tells_which_attendance_ended_for_it(attendances: Attendances) -> None:
    opened, ended = attendances.open("c", "webchat")
    assert ended is None
    attendances.prove_holder(opened.protocol, "holder")
    _, ended = attendances.open("c", "webchat")
    assert ended is not None
    assert (ended.protocol, ended.level) == (opened.protocol, 2)


def test_levels(attendances: Attendances) -> None:
    opened, _ = attendances.open("c", "webchat")
    assert attendances.current("c", "webchat").level == 0
    for unit_id in ("unit-1", "unit-2", "unit-1"):
        attendances.prove_unit(attendances.current("c", "webchat"), unit_id)
    current = attendances.current("c", "webchat")
    assert (current.level, current.unit_ids) == (1, ("unit-2", "unit-1"))
    attendances.prove_holder(opened.protocol, "holder")
    assert attendances.current("c", "webchat").level == 2


def test_a_proof_holds_in_its_own_conversation_only(attendances: Attendances) -> None:
    mine, _ = attendances.open("mine", "webchat")
    attendances.open("theirs", "webchat")
    attendances.prove_holder(mine.protocol, "holder")
    assert attendances.current("theirs", "webchat").level == 0


def test_status_tells_what_was_asked_for_and_nobody_s_name(
    attendances: Attendances, clock: Any
) -> None:
    opened, _ = attendances.open("c", "webchat")
    attendances.prove_holder(opened.protocol, "holder")
    attendances.note_demand(opened.protocol, "pix", "delivered")
    status = attendances.status(opened.protocol)
    assert status is not None
    assert status.is_open
    assert [(one.service, one.outcome) for one in status.demands] == [("pix", "delivered")]
    clock.advance(hours=1)
    later = attendances.status(opened.protocol)
    assert later is not None
    assert not later.is_open
    assert "holder" not in repr(status)


def test_an_unknown_protocol_has_no_status(attendances: Attendances) -> None:
    assert attendances.status("20260000009999") is None
