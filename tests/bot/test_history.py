"""What is kept of a conversation from one prediction to the next is what Rasa makes anew."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.policies.history import History
from bot.tracker import BoundedTracker

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [greet, inform]
slots:
  name: {type: text, influence_conversation: true, mappings: [{type: custom}]}
  size: {type: any, mappings: [{type: custom}]}
forms: {order_form: {required_slots: [size]}}
responses: {utter_greet: [{text: oi}]}
""")
LISTENS = ActionExecuted("action_listen")
GREETED = [UserUttered("oi", {"name": "greet"}), ActionExecuted("utter_greet"), BotUttered("oi")]
NAMED = [UserUttered("eu sou a Ana", {"name": "inform"}), SlotSet("name", "Ana")]
ASKED = [ActionExecuted("order_form"), ActiveLoop("order_form"), SlotSet("requested_slot", "size")]
REJECTED = [UserUttered("oi", {"name": "greet"}), ActionExecutionRejected("order_form")]
TALK: list[Event] = [
    SessionStarted(), LISTENS, *GREETED, LISTENS, *NAMED, *ASKED, LISTENS, *REJECTED,
    ActionExecuted("utter_greet"), ActionExecuted("order_form"), LISTENS, *NAMED,
    ActionExecuted("order_form"), SlotSet("size", "g"), ActiveLoop(None), LISTENS, *GREETED,
    ActionReverted(), LISTENS, *NAMED, UserUtteranceReverted(), *GREETED, LISTENS, *ASKED, LISTENS,
    Restarted(), LISTENS, *GREETED, LISTENS, *GREETED, LISTENS,
]  # fmt: skip


def growing() -> Iterator[tuple[BoundedTracker, DialogueStateTracker]]:
    """The conversation after each of its events: as ours, and as Rasa's."""
    ours = BoundedTracker("one", DOMAIN.slots)
    for at, event in enumerate(TALK, start=1):
        ours.update(copy.deepcopy(event))
        yield ours, DialogueStateTracker.from_events("one", copy.deepcopy(TALK[:at]), DOMAIN.slots)


def kept_states(tracker: BoundedTracker, number: int) -> list[State]:
    applied = tracker.applied_events()
    history = tracker.views.setdefault("here", History(tracker, DOMAIN, number))
    states: list[State] = history.states(applied)
    return states


@pytest.mark.parametrize("number", [2, 4, 100])
def test_the_states_after_each_event_are_those_that_rasa_makes(number: int) -> None:
    for ours, stock in growing():
        assert kept_states(ours, number) == stock.past_states(DOMAIN)[-number:]


def test_the_states_are_right_however_seldom_somebody_asks_for_them() -> None:
    for at, (ours, stock) in enumerate(growing()):
        if at % 7 == 0:
            assert kept_states(ours, 5) == stock.past_states(DOMAIN)[-5:]


def test_what_was_kept_goes_as_soon_as_an_event_is_undone() -> None:
    tracker = BoundedTracker("one", DOMAIN.slots)
    for event in [*GREETED, LISTENS]:
        tracker.update(event)
    kept_states(tracker, 5)
    tracker.applied_events()
    assert tracker.views
    tracker.update(ActionReverted())
    tracker.applied_events()
    assert not tracker.views


def test_a_form_in_course_is_described_as_rasa_does() -> None:
    for ours, stock in growing():
        for verbosity in EventVerbosity:
            described, expected = ours.current_state(verbosity), stock.current_state(verbosity)
            for name in ("active_loop", "slots", "latest_action", "paused", "followup_action"):
                assert described[name] == expected[name]
