"""What a turn changes in its attendance: seen by the turn, on record only with its answer."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from attendance.attachments import Attachments
from attendance.attendances import Attendances
from attendance.handoffs import Handoffs
from records.tables import attachments, demands, handoffs
from records.unit_of_work import UnitOfWork, unit_of_work


@pytest.fixture
def attendances(store: Engine, clock: Any) -> Attendances:
    return Attendances(store, clock)


def make(store: Engine, unit: UnitOfWork) -> None:
    with store.begin() as connection:
        unit.apply(connection)
    unit.finish()


def test_what_a_turn_proves_opens_its_own_documents_before_it_is_stored(
    store: Engine, attendances: Attendances
) -> None:
    opened, _ = attendances.open("c", "webchat")
    with unit_of_work("turn") as unit:
        assert attendances.current("c", "webchat").level == 0
        attendances.prove_unit(opened, "unit-1")
        attendances.prove_holder(opened.protocol, "holder")
        assert attendances.current("c", "webchat").level == 2
    assert attendances.current("c", "webchat").level == 0
    make(store, unit)
    current = attendances.current("c", "webchat")
    assert (current.holder_id, current.unit_ids) == ("holder", ("unit-1",))


def test_a_turn_that_is_not_stored_has_opened_nothing(
    store: Engine, attendances: Attendances
) -> None:
    with unit_of_work("turn"):
        lost, _ = attendances.open("c", "webchat")
        assert attendances.current("c", "webchat") == lost
        attendances.note_demand(lost.protocol, "pix", "delivered")
        Handoffs(store).queue("c", lost.protocol, "")
        Attachments(store).keep("c", "conta.pdf", "application/pdf", "Conta", b"%PDF")
    assert attendances.status(lost.protocol) is None
    with unit_of_work("turn") as unit:
        opened, _ = attendances.open("c", "webchat")
    make(store, unit)
    assert attendances.current("c", "webchat").protocol == opened.protocol
    with store.begin() as connection:
        for table in (demands, handoffs, attachments):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_opening_in_a_turn_ends_the_former_with_the_turn(
    store: Engine, attendances: Attendances
) -> None:
    former, _ = attendances.open("c", "webchat")
    with unit_of_work("turn") as unit:
        _, ended = attendances.open("c", "webchat")
        assert ended == former
        assert attendances.status(former.protocol).is_open  # type: ignore[union-attr]
    make(store, unit)
    assert not attendances.status(former.protocol).is_open  # type: ignore[union-attr]


def test_a_turn_keeps_its_attendance_alive(
    store: Engine, attendances: Attendances, clock: Any
) -> None:
    opened, _ = attendances.open("c", "webchat")
    for _ in range(3):
        clock.advance(minutes=29)
        with unit_of_work("turn") as unit:
            assert attendances.current("c", "webchat").protocol == opened.protocol
        make(store, unit)


def test_a_turn_queues_a_conversation_once(store: Engine, attendances: Attendances) -> None:
    opened, _ = attendances.open("c", "webchat")
    queue = Handoffs(store)
    with unit_of_work("turn") as unit:
        assert queue.queue("c", opened.protocol, "")
        assert not queue.queue("c", opened.protocol, "")
    make(store, unit)
    assert not queue.queue("c", opened.protocol, "")
