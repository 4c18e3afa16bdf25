"""What we do otherwise than Rasa gives the same answers: predictions, events, slots.

Both sides have the same conversations, thousands of turns with ``--equivalence-turns 5000``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import time_machine
import yaml
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine as Records

from bot.folding import LONGEST
from tests.equivalence.conftest import STORIES
from tests.equivalence.conversations import commands, conversation
from tests.equivalence.sides import Ours, Side, Stock

LENGTH = 60
"""Turns of a conversation; a new session begins within it now and then."""

BOUND = 3 * LONGEST
"""No tracker of ours ever has more events."""


async def test_clara_with_capricious_actions(
    model: Path, action_server: str, records: Records, turns: int
) -> None:
    stock = Stock(model, action_server)
    within_forms = await _compare(stock, Ours(model, records), conversation, turns)
    assert within_forms > turns / 5


async def test_stories_slots_that_count_and_mappings(
    stories_model: Path, records: Records, turns: int
) -> None:
    stock = Stock(stories_model, "http://127.0.0.1:1/nobody")
    domain = yaml.safe_load((STORIES / "domain.yml.txt").read_text(encoding="utf-8"))
    talk = partial(commands, domain=domain)
    assert await _compare(stock, Ours(stories_model, records), talk, turns)


async def _compare(
    stock: Stock, ours: Ours, talk: Callable[[str], Iterator[str]], turns: int
) -> int:
    """Have the same conversations with both; returns how many turns ended within a form."""
    within_forms = 0
    with time_machine.travel("2026-11-24T12:00:00+00:00", tick=True) as clock:
        for name in range(max(1, turns // LENGTH)):
            seed = f"conversation {name}"
            for number, text in enumerate(islice(talk(seed), LENGTH)):
                if number % 29 == 28:
                    clock.shift(45 * 60)
                expected = await stock.turn(seed, number, text)
                tracker = await ours.turn(seed, number, text)
                where = f"{seed}, turn {number}: {text}"
                assert _state(tracker) == _state(expected), where
                assert len(tracker.events) <= BOUND, where
                within_forms += expected.active_loop_name is not None
            assert await _told(ours, seed) == await _told(stock, seed), seed
    return within_forms


def _state(tracker: DialogueStateTracker) -> dict[str, Any]:
    loop = tracker.active_loop
    return {
        "slots": tracker.current_slot_values(),
        "form": loop and (loop.name, loop.is_interrupted, loop.rejected),
        "paused": tracker.is_paused(),
        "action": tracker.latest_action,
        "message": tracker.latest_message.as_dict()["parse_data"],
        "said": tracker.latest_bot_utterance.text,
    }


async def _told(side: Side, conversation: str) -> list[Any]:
    """The events without what tells when.

    Rasa carries over to a new session every value that a slot ever had; of ours, some have been
    folded. What counts is the last.
    """
    told: list[Any] = []
    for event in await side.history(conversation):
        event.pop("timestamp")
        if (
            event["event"] == "slot"
            and told
            and isinstance(told[-1], dict)
            and "carried" in told[-1]
        ):
            told[-1]["carried"][event["name"]] = event["value"]
            continue
        told.append(event)
        if event["event"] == "session_started":
            told.append({"carried": {}})
    return told
