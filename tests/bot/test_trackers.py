"""The tracker store, as Rasa's own commands use it; turns of ours are in ``test_engine.py``."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine as Records

from bot.answering import Superseded
from bot.trackers import BoundedTrackerStore

DOMAIN = Domain.empty()
TURN = [ActionExecuted("action_listen"), UserUttered("oi", message_id="7")]


def store(records: Records) -> BoundedTrackerStore:
    return BoundedTrackerStore(DOMAIN, records_engine=records)


def dicts(tracker: DialogueStateTracker | None) -> list[dict[str, object]]:
    assert tracker is not None
    return [event.as_dict() for event in tracker.events]


def tracker(events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("one", events, DOMAIN.slots)


async def test_what_was_saved_is_found_by_the_next_process(records: Records) -> None:
    await store(records).save(tracker(TURN))
    assert dicts(await store(records).retrieve("one")) == [event.as_dict() for event in TURN]
    assert await store(records).retrieve("other") is None
    assert list(await store(records).keys()) == ["one"]


async def test_a_tracker_made_by_hand_adds_what_is_new_in_it(records: Records) -> None:
    ours = store(records)
    await ours.save(tracker(TURN))
    await ours.save(tracker([*TURN, ActionExecuted("action_listen")]))
    assert len(dicts(await ours.retrieve("one"))) == 3


async def test_a_new_session_hides_the_former_but_for_who_asks_for_all(records: Records) -> None:
    ours = store(records)
    await ours.save(tracker([*TURN, SessionStarted(), *TURN]))
    assert [event["event"] for event in dicts(await ours.retrieve("one"))] == [
        "session_started", "action", "user",
    ]  # fmt: skip
    assert len(dicts(await ours.retrieve_full_tracker("one"))) == 5
    kept = await ours.take("one", "model", DOMAIN)
    kept.update(UserUttered("tchau"))
    await ours.save(kept)
    assert len(dicts(await store(records).retrieve("one"))) == 4
    assert len(dicts(await ours.retrieve_full_tracker("one"))) == 6


async def test_of_two_that_save_from_the_same_state_the_later_is_refused(records: Records) -> None:
    ours, other = store(records), store(records)
    await ours.save(tracker(TURN))
    late = await other.take("one", "model", DOMAIN)
    late.update(UserUttered("tarde"))
    first = await ours.take("one", "model", DOMAIN)
    first.update(UserUttered("cedo"))
    await ours.save(first)
    with pytest.raises(Superseded):
        await other.save(late)


async def test_a_database_that_fails_is_no_new_conversation(records: Records) -> None:
    ours = store(records)
    await ours.save(tracker(TURN))
    with records.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE dialogue_states RENAME TO gone")
    with pytest.raises(Exception, match="dialogue_states"):
        await store(records).retrieve("one")
