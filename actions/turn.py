"""One turn as an action sees it: the message, the slots, the attendance, and what to say."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import Desk
from actions.replies import replies
from attendance.attendances import Attendance

REQUESTED_SLOT = "requested_slot"

Button = dict[str, Any]


class Turn:
    """Reads the tracker, collects what to say and which events to leave."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, desk: Desk) -> None:
        """See one call of an action as a turn."""
        self.desk = desk
        self.tracker = tracker
        self.events: list[EventType] = []
        self._dispatcher = dispatcher
        self._slots: dict[str, Any] = dict(tracker.slots)
        self._attendance: Attendance | None = None
        self._intent: str | None = None

    # What the customer said

    @property
    def is_fresh(self) -> bool:
        """Whether the latest message has not been acted on yet.

        While a form validates, Rasa shows the form itself as the latest action.
        """
        done = [event["name"] for event in self.tracker.events if event["event"] == "action"]
        if done and done[-1] == self.tracker.active_loop_name:
            done.pop()
        return bool(done) and done[-1] == "action_listen"

    @property
    def intent(self) -> str:
        """Name of the message's intent, as it was read in the course of the turn."""
        return self._intent or self.tracker.latest_message["intent"].get("name") or ""

    def read_as(self, intent: str) -> None:
        """Take the message to mean this, whatever it means elsewhere."""
        self._intent = intent

    @property
    def confidence(self) -> float:
        """How sure the classifier is of the intent, 0 to 1."""
        return float(self.tracker.latest_message["intent"].get("confidence") or 0)

    @property
    def text(self) -> str:
        """The message as written."""
        return self.tracker.latest_message.get("text") or ""

    def entities(self, kind: str) -> list[str]:
        """Values of all entities of a kind, in the order they were written."""
        return [
            str(entity["value"])
            for entity in self.tracker.latest_message.get("entities", [])
            if entity["entity"] == kind
        ]

    def entity(self, *kinds: str) -> str | None:
        """The first entity of the first of these kinds that the message has."""
        return next((value for kind in kinds for value in self.entities(kind)), None)

    @property
    def words_outside_entities(self) -> int:
        """How many words the message has beside the data in it."""
        text = self.text
        for entity in self.tracker.latest_message.get("entities", []):
            start, end = entity.get("start"), entity.get("end")
            if start is not None and end is not None:
                text = text[:start] + " " * (end - start) + text[end:]
        return len(text.split())

    # The conversation so far

    @property
    def conversation_id(self) -> str:
        """Our key of the conversation."""
        return str(self.tracker.sender_id)

    @property
    def channel(self) -> str:
        """The channel that the message came by."""
        # Before the first message of a session is in the tracker, only its metadata are.
        metadata = self.slot("session_started_metadata") or {}
        return self.tracker.get_latest_input_channel() or metadata.get("channel") or "shell"

    @property
    def message_key(self) -> str:
        """The same for a turn that is done again, another for every other message."""
        message = self.tracker.latest_message.get("message_id") or uuid.uuid4().hex
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self.conversation_id} {message}").hex

    @property
    def address(self) -> str | None:
        """A keyed hash of the network address, where the channel knows one."""
        metadata = self.tracker.latest_message.get("metadata") or {}
        return metadata.get("address")

    @property
    def attendance(self) -> Attendance:
        """The attendance in course."""
        if self._attendance is None:
            self._attendance = self.desk.attendances.current(self.conversation_id, self.channel)
        return self._attendance

    def refresh_attendance(self) -> None:
        """Read the attendance anew, after something was proved in it."""
        self._attendance = None

    def slot(self, name: str) -> Any:
        """Value of a slot, with what this turn has set."""
        return self._slots.get(name)

    def set(self, **values: Any) -> None:
        """Set slots."""
        for name, value in values.items():
            if self._slots.get(name) != value:
                self._slots[name] = value
                self.events.append(SlotSet(name, value))

    def request(self, slot: str | None) -> None:
        """Tell the form which slot to fill next; ``None`` completes it."""
        self._slots[REQUESTED_SLOT] = slot
        self.events.append(SlotSet(REQUESTED_SLOT, slot))

    def forget_request(self) -> None:
        """Take what another form requested as not requested; Rasa learns it by the next one."""
        self._slots[REQUESTED_SLOT] = None

    def hold_form(self) -> None:
        """Tell the form that the message was used: Rasa rejects one that sets no slot."""
        self.events.append(SlotSet("service", self.slot("service")))

    def leave_form(self) -> None:
        """End the active form without completing it."""
        self.request(None)
        self.events.append(ActiveLoop(None))

    # What Clara says

    def say(
        self,
        reply: str,
        *,
        choices: Iterable[Button] = (),
        copyables: Sequence[dict[str, str]] = (),
        attachments: Sequence[dict[str, str]] = (),
        links: Sequence[dict[str, str]] = (),
        **variables: Any,
    ) -> None:
        """Send a reply, filled in, with what belongs to it."""
        rich = {"copyables": copyables, "attachments": attachments, "links": links}
        self._dispatcher.utter_message(
            response=reply,
            buttons=list(choices),
            json_message={kind: list(items) for kind, items in rich.items() if items},
            **variables,
        )

    def send_again(self, text: str, data: dict[str, Any]) -> None:
        """Send a message of an earlier turn once more, as it was."""
        self._dispatcher.utter_message(
            text=text, buttons=data.get("buttons") or [], json_message=data.get("custom") or {}
        )

    def words(self, reply: str, **variables: Any) -> str:
        """The text of a reply, for a button or for a line within another."""
        return str(replies()[reply][0]["text"]).format(**variables)

    def choice(self, title: str, intent: str, **entities: str) -> Button:
        """A button whose title is a reply, with what may be typed instead of it."""
        made = button(self.words(title), intent, **entities)
        also = replies()[title][0].get("also")
        return {**made, "also": also} if also else made

    def yes_or_no(self) -> list[Button]:
        """The two usual buttons."""
        return [self.choice("choice_yes", "affirm"), self.choice("choice_no", "deny")]

    def ways_out(self) -> list[Button]:
        """The menu and a person, for whoever is stuck."""
        return [
            self.choice("choice_menu", "show_menu"),
            self.choice("choice_person", "handoff_human"),
        ]


def button(title: str, intent: str, description: str = "", **entities: str) -> Button:
    """A button that stands for an intent with entities."""
    payload = f"/{intent}{json.dumps(entities)}" if entities else f"/{intent}"
    made = {"title": title, "payload": payload}
    return {**made, "description": description} if description else made
