"""Actions that do anything an action may do, the same whenever the same is asked of them.

One for every action of the project's domain. What one does follows from its name, the
conversation and how much has been said in it, so that an action server and our process agree.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, ActiveLoop, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

DOMAIN = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
SLOTS = [name for name in DOMAIN["slots"] if name != "protocol"]


class Capricious(Action):
    """An action of the project by name only."""

    _name = ""

    def name(self) -> str:
        return self._name

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        message = tracker.latest_message.get("message_id")
        kinds = [event["event"] for event in tracker.events]
        since = kinds[::-1].index("user") if "user" in kinds else 0
        done = kinds[len(kinds) - since :].count("action")
        chance = random.Random(f"{self._name} {tracker.sender_id} {message} {done}")
        if chance.random() < 0.7:
            dispatcher.utter_message(
                response="utter_thank", buttons=[{"title": "Sim", "payload": "/affirm"}]
            )
        if chance.random() < 0.2:
            dispatcher.utter_message(text=f"{chance.random()}", json_message={"links": []})
        return list(self.events(tracker, chance))

    def events(self, tracker: Tracker, chance: random.Random) -> list[EventType]:
        changed = chance.sample(SLOTS, chance.randrange(4))
        return [SlotSet(slot, chance.choice([None, "x", 7, ["a", 1]])) for slot in changed]


class CapriciousStart(Capricious):
    def events(self, tracker: Tracker, chance: random.Random) -> list[EventType]:
        return [
            SessionStarted(),
            SlotSet("protocol", str(chance.random())),
            ActionExecuted("action_listen"),
        ]


class CapriciousForm(Capricious):
    """Takes an answer, asks on, gives the message back to the rules, completes or leaves."""

    def events(self, tracker: Tracker, chance: random.Random) -> list[EventType]:
        form = self._name.removeprefix("validate_")
        slots = DOMAIN["forms"][form]["required_slots"]
        outcome = chance.random()
        if outcome < 0.2 and tracker.active_loop_name and _is_fresh(tracker):
            raise ActionExecutionRejection(self._name)
        if outcome < 0.27:
            return [SlotSet("requested_slot", None)]
        if outcome < 0.32:
            return [SlotSet("requested_slot", None), ActiveLoop(None)]
        taken = [SlotSet(chance.choice(slots), chance.random())] if outcome < 0.8 else []
        return [*taken, SlotSet("requested_slot", chance.choice(slots))]


def _is_fresh(tracker: Tracker) -> bool:
    """Whether nothing has been done about the message, but that the form was called."""
    last = [event["name"] for event in tracker.events if event["event"] == "action"][-2:]
    return last[0] == "action_listen"


def _kind(name: str) -> type[Capricious]:
    if name == "action_session_start":
        return CapriciousStart
    return CapriciousForm if name.startswith("validate_") else Capricious


for _name in DOMAIN["actions"]:
    _made = type(_name, (_kind(_name),), {"_name": _name, "__module__": __name__})
    globals()[_name] = _made
