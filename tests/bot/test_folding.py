"""Folding keeps the state and bounds the length, whatever a conversation consists of."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    LoopInterrupted,
    SessionStarted,
    SlotSet,
    UserUttered,
)

from bot.folding import LONGEST, SEEN, WHOLE, fold
from bot.tracker import BoundedTracker

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [greet, inform]
slots:
  name: {type: text, mappings: [{type: custom}]}
  size: {type: any, mappings: [{type: custom}]}
forms: {order_form: {required_slots: [size]}}
responses: {utter_greet: [{text: oi}]}
""")
START = [SessionStarted(), ActionExecuted("action_listen")]
NAME = [
    UserUttered("eu sou a Ana", {"name": "inform"}), SlotSet("name", "Ana"),
    ActionExecuted("utter_greet"), BotUttered("oi"), ActionExecuted("action_listen"),
]  # fmt: skip
GREETED = [
    UserUttered("oi", {"name": "greet"}), ActionExecuted("utter_greet"), BotUttered("oi"),
    ActionExecuted("action_listen"),
]  # fmt: skip
STARTED = [
    UserUttered("quero", {"name": "inform"}, entities=[{"entity": "x", "value": "y"}]),
    ActionExecuted("order_form"), ActiveLoop("order_form"), SlotSet("requested_slot", "size"),
    ActionExecuted("action_listen"),
]  # fmt: skip
ANSWERED = [
    UserUttered("grande", {"name": "inform"}), ActionExecuted("order_form"),
    SlotSet("size", "grande"), SlotSet("requested_slot", "size"), BotUttered("e?"),
    ActionExecuted("action_listen"),
]  # fmt: skip
INTERRUPTED = [
    UserUttered("oi", {"name": "greet"}), ActionExecutionRejected("order_form"),
    ActionExecuted("utter_greet"), BotUttered("oi"), LoopInterrupted(True),
    ActionExecuted("order_form"), SlotSet("requested_slot", "size"),
    ActionExecuted("action_listen"),
]  # fmt: skip

TALKS = {
    "turns without a form": [START, NAME, *[GREETED] * 300],
    "answers within one form": [START, NAME, STARTED, *[ANSWERED] * 300],
    "questions within one form": [START, NAME, STARTED, *[INTERRUPTED] * 300],
    "questions and answers within one form": [START, NAME, STARTED, *[ANSWERED, INTERRUPTED] * 150],
    "a form after many turns": [START, NAME, *[GREETED] * 200, STARTED, *[ANSWERED] * 100],
}


@cache
def played(name: str) -> tuple[BoundedTracker, BoundedTracker]:
    return had(TALKS[name])


def had(talk: list[list[Event]]) -> tuple[BoundedTracker, BoundedTracker]:
    """The tracker of a talk, whole and folded at the beginning of each turn."""
    whole, folded = (BoundedTracker("one", DOMAIN.slots) for _ in range(2))
    for turn in talk:
        folded = fold(folded)
        for event in copy.deepcopy(turn):
            whole.update(event)
            folded.update(event)
    return whole, fold(folded)


@pytest.mark.parametrize("talk", TALKS)
def test_the_state_is_kept(talk: str) -> None:
    whole, folded = played(talk)
    assert _state(folded) == _state(whole)


@pytest.mark.parametrize("talk", TALKS)
def test_what_policies_see_is_kept(talk: str) -> None:
    whole, folded = played(talk)
    number = min(SEEN, len(whole.past_states(DOMAIN)))
    assert folded.past_states(DOMAIN)[-number:] == whole.past_states(DOMAIN)[-number:]


@pytest.mark.parametrize("talk", TALKS)
def test_the_length_is_bounded(talk: str) -> None:
    _, folded = played(talk)
    assert len(folded.events) <= LONGEST + WHOLE


@pytest.mark.parametrize("talk", TALKS)
def test_the_newest_events_stay_one_by_one(talk: str) -> None:
    whole, folded = played(talk)
    assert list(folded.events)[-WHOLE:] == list(whole.events)[-WHOLE:]
    assert len(folded.events) - folded.folded >= WHOLE


def test_a_short_conversation_stays_as_it_is() -> None:
    tracker = BoundedTracker("one", DOMAIN.slots)
    for event in [*START, *NAME]:
        tracker.update(event)
    assert fold(tracker) is tracker


def test_a_paused_conversation_stays_as_it_is() -> None:
    whole, _ = had([START, *[GREETED] * 100])
    whole.update(ConversationPaused())
    assert fold(whole) is whole


def test_a_copy_is_in_the_same_state_and_apart() -> None:
    tracker, _ = had([START, NAME, STARTED, ANSWERED])
    twin = tracker.copy()
    assert _state(twin) == _state(tracker)
    assert list(twin.events) == list(tracker.events)
    for event in (SlotSet("size", None), ActiveLoop(None)):
        twin.update(event)
    assert (tracker.get_slot("size"), tracker.active_loop_name) == ("grande", "order_form")


def _state(tracker: BoundedTracker) -> dict[str, Any]:
    state = tracker.current_state()
    return {name: value for name, value in state.items() if name != "latest_event_time"}
