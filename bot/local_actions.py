"""Actions as the turn runs them where they are in the same process.

Rasa checks what an action server returns against a JSON schema, which takes longer than the
whole rest of a turn; what comes from our own executor has been checked by it. A form replays
the whole conversation to show it to its validation; a copy does as well.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.actions.forms import FormAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import interfaces

from bot.in_process_actions import InProcessActions


def local(action: Action, endpoint: EndpointConfig | None) -> Action:
    """The action as it is to be run over this endpoint."""
    if not isinstance(endpoint, InProcessActions):
        return action
    if type(action) is RemoteAction:
        return LocalAction(action.name(), endpoint)
    if type(action) is FormAction:
        return LocalForm(action.name(), endpoint)
    return action


class LocalAction(RemoteAction):
    """A custom action of this process."""

    action_endpoint: InProcessActions

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Run the action, say what it says and give its events, as the parent class does."""
        call = self._action_call_format(tracker, domain)
        try:
            done = await self.action_endpoint.run(call)
        except interfaces.ActionExecutionRejection as rejection:
            raise ActionExecutionRejection(self.name(), rejection.message) from rejection
        said = await self._utter_responses(done["responses"], output_channel, nlg, tracker)
        return [*said, *map(_event, done["events"])]


def _event(described: dict[str, Any]) -> Event:
    kind = _kind(described["event"])
    if kind is None:
        raise ValueError(f"An action gives an event of no kind that Rasa has: {described['event']}")
    return kind._from_parameters(described)


@cache
def _kind(name: str) -> type[Event] | None:
    """The class of an event; Rasa looks through all of them each time."""
    return Event.resolve_by_type(name)


class LocalForm(FormAction):
    """A form whose validation action is of this process."""

    async def validate_slots(
        self,
        slot_candidates: dict[str, Any],
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
    ) -> list[Event]:
        """Have the candidates validated, as the parent class does."""
        name = f"validate_{self.name()}"
        if name not in domain.action_names_or_texts:
            return []
        candidates = [SlotSet(slot, value) for slot, value in slot_candidates.items()]
        shown = self._temporary_tracker(tracker, candidates, domain)
        validation = LocalAction(name, self.action_endpoint)
        return await validation.run(output_channel, nlg, shown, domain)

    def _temporary_tracker(
        self,
        current_tracker: DialogueStateTracker,
        additional_events: list[Event],
        domain: Domain,
    ) -> DialogueStateTracker:
        if current_tracker.idx_after_latest_restart():
            return super()._temporary_tracker(current_tracker, additional_events, domain)
        shown = current_tracker.copy()
        requested = SlotSet("requested_slot", self.get_slot_to_fill(current_tracker))
        for event in (requested, ActionExecuted(self.name()), *additional_events):
            shown.update(event)
        return shown


class WatchedAction(Action):
    """Keeps what the action raises; the processor asks for it once its parent is done."""

    def __init__(self, action: Action) -> None:
        """Watch ``action``."""
        self.failure: Exception | None = None
        self._action = action

    def name(self) -> str:
        """The action's own name."""
        return str(self._action.name())

    async def run(self, *args: Any, **kwargs: Any) -> list[Event]:
        """Run the action; a failure leaves no events."""
        try:
            return await self._action.run(*args, **kwargs)
        except ActionExecutionRejection:  # no failure: the next policy may choose
            raise
        except Exception as error:
            self.failure = error
            return []

    def event_for_successful_execution(self, prediction: PolicyPrediction) -> ActionExecuted:
        """See the parent class."""
        return self._action.event_for_successful_execution(prediction)
