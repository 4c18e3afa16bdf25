"""Rasa's message processor, made to raise, to store nothing, and to do nothing in vain.

Stock Rasa goes on after a failure as if nothing had happened: an action that raised looks like
one that had nothing to say. Here a turn either comes to its end or raises. What the stock
processor builds for debug events that nobody prints is left out.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.core.actions.action import Action, action_for_name_or_text
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.constants import ACTION_EXTRACT_SLOTS, ACTION_VALIDATE_SLOT_MAPPINGS
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecutionRejected,
    Event,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.local_actions import WatchedAction, local
from bot.runner import ServingRunner


class EndlessTurn(Exception):
    """The policies went on predicting actions and never waited for the customer."""


class TurnProcessor(MessageProcessor):
    """Answers a message on a tracker that somebody else takes care of."""

    def __init__(
        self, model: Path, trackers: TrackerStore, action_endpoint: EndpointConfig | None
    ) -> None:
        """Load a model; ``nlg`` has to be set before the first turn."""
        super().__init__(
            model_path=str(model),
            tracker_store=trackers,
            lock_store=InMemoryLockStore(),
            generator=None,
            action_endpoint=action_endpoint,
            on_circuit_break=_raise_endless_turn,
        )
        self._extracts_slots = _extracts_slots(self.domain)
        self._actions: dict[str, Action] = {}

    async def open_session(
        self, tracker: DialogueStateTracker, output: OutputChannel, metadata: dict[str, Any]
    ) -> None:
        """Start a session, if none is in course; to be called once for a message."""
        await self._update_tracker_session(tracker, output, metadata)

    def _has_session_expired(self, tracker: DialogueStateTracker) -> bool:
        """As for Rasa, but one in which the customer wrote nothing to be read ends by time too."""
        minutes = self.domain.session_config.session_expiration_time
        last = tracker.get_last_event_for(UserUttered) or next(iter(tracker.applied_events()), None)
        return last is not None and 0 < 60 * minutes < time.time() - last.timestamp

    async def answer(self, message: UserMessage, tracker: DialogueStateTracker) -> None:
        """Handle a message of an open session, on a tracker that the caller stores."""
        output = message.output_channel
        await self._handle_message_with_tracker(message, tracker)
        await self.run_action_extract_slots(output, tracker)
        await self._run_prediction_loop(output, tracker)

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """Fill slots by their mappings, if any slot has one that does something."""
        if self._extracts_slots:
            extraction = self._get_action(ACTION_EXTRACT_SLOTS)
            events = await extraction.run(output_channel, self.nlg, tracker, self.domain)
            await self._send_bot_messages(events, tracker, output_channel)
            tracker.update_with_events(events, self.domain)
        return tracker

    def predict_next_with_tracker_if_should(
        self, tracker: DialogueStateTracker
    ) -> tuple[Action, PolicyPrediction]:
        """What is to be done next; raises ``ActionLimitReached`` like its parent."""
        goes_on = self.should_predict_another_action(tracker.latest_action_name)
        if self.is_action_limit_reached(tracker, goes_on):
            raise ActionLimitReached("The limit of actions to predict has been reached.")
        prediction = self._predict_next_with_tracker(tracker)
        name = self.domain.action_names_or_texts[prediction.max_confidence_index]
        return self._get_action(name), prediction

    def _get_action(self, action_name: str) -> Action:
        if action_name not in self._actions:
            found = action_for_name_or_text(action_name, self.domain, self.action_endpoint)
            self._actions[action_name] = local(found, self.action_endpoint)
        return self._actions[action_name]

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        watched = WatchedAction(action)
        goes_on = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.failure is not None:
            raise watched.failure
        return bool(goes_on)

    def _log_action_on_tracker(
        self,
        tracker: DialogueStateTracker,
        action: Action,
        events: list[Event] | None,
        prediction: PolicyPrediction,
    ) -> None:
        events = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Nothing: the domain is the model's own, and asking takes as long as reading a message."""

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        pass

    @staticmethod
    def _load_model(model_path: Path | str) -> tuple[str, ModelMetadata, GraphRunner]:
        with TemporaryDirectory() as directory:
            metadata, runner = load_predict_graph_runner(
                Path(directory), Path(model_path), LocalModelStorage, ServingRunner
            )
        return Path(model_path).name, metadata, runner


def _extracts_slots(domain: Domain) -> bool:
    """Whether any slot is filled without a custom action that sets it."""
    mappings = [mapping for slot in domain.slots for mapping in slot.mappings]
    return ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions or any(
        mapping["type"] != "custom" or mapping.get("action") for mapping in mappings
    )


def _raise_endless_turn(*_: object) -> None:
    raise EndlessTurn
