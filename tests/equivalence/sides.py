"""The two that are compared: stock Rasa with its own parts, and ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy.engine import Engine as Records

from bot.in_process_actions import InProcessActions
from bot.loaded_model import LoadedModel
from bot.processor import TurnProcessor
from bot.runner import ServingRunner
from bot.trackers import BoundedTrackerStore

ACTIONS = "tests.equivalence.actions"


class FirstVariation(TemplatedNaturalLanguageGenerator):
    """Words a response the same way each time."""

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        first = self.responses[utter_action][:1]
        chooser = TemplatedNaturalLanguageGenerator({utter_action: first})
        slots = tracker.current_slot_values()
        return chooser.generate_from_slots(utter_action, slots, output_channel, **kwargs)


class ReadOnce(SQLTrackerStore):
    """Begins a turn with what was read to be compared after the one before: nothing is between."""

    _read: DialogueStateTracker | None = None

    async def stored(self, conversation: str) -> DialogueStateTracker:
        """What is on record now."""
        self._read = await super().retrieve(conversation)
        return self._read

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        read, self._read = self._read, None
        if read is not None and read.sender_id == sender_id:
            return read
        return await super().retrieve(sender_id)


class Side(Protocol):
    """One of the two."""

    async def turn(self, conversation: str, number: int, text: str) -> DialogueStateTracker:
        """Handle a message and give the tracker that is stored then."""

    async def history(self, conversation: str) -> list[dict[str, Any]]:
        """Every event of the conversation."""


def message(conversation: str, number: int, text: str) -> UserMessage:
    return UserMessage(
        text, CollectingOutputChannel(), conversation, message_id=str(number), metadata={}
    )


class Stock:
    """Rasa's processor, runner, policies, SQL store, and its action server over HTTP."""

    def __init__(self, model: Path, action_server: str) -> None:
        self._store = ReadOnce(db=":memory:")
        self._processor = MessageProcessor(
            model, self._store, InMemoryLockStore(), None, EndpointConfig(action_server)
        )
        self._store.domain = self._processor.domain
        self._processor.nlg = FirstVariation(self._processor.domain.responses)

    async def turn(self, conversation: str, number: int, text: str) -> DialogueStateTracker:
        await self._processor.handle_message(message(conversation, number, text))
        return await self._store.stored(conversation)

    async def history(self, conversation: str) -> list[dict[str, Any]]:
        tracker = await self._store.retrieve_full_tracker(conversation)
        return [event.as_dict() for event in tracker.events]


class Ours:
    """Our processor, runner, policies, store and action endpoint."""

    def __init__(self, model: Path, records: Records) -> None:
        self._records = records
        self._store = BoundedTrackerStore(records_engine=records)
        endpoint = InProcessActions(ACTIONS)
        self._processor = TurnProcessor(model, self._store, endpoint)
        assert isinstance(self._processor.graph_runner, ServingRunner)
        self._processor.nlg = FirstVariation(self._processor.domain.responses)
        self._store.domain = self._processor.domain
        endpoint.domain = self._processor.domain.as_dict()

    async def turn(self, conversation: str, number: int, text: str) -> DialogueStateTracker:
        model = LoadedModel("compared", self._processor)
        tracker = await model.take(self._store, conversation)
        turn = message(conversation, number, text)
        await self._processor.open_session(tracker, turn.output_channel, turn.metadata or {})
        await self._processor.answer(turn, tracker)
        with self._records.begin() as connection:
            self._store.store(connection, tracker)
        if number % 3:  # and else the next turn reads it from the records
            self._store.keep(tracker)
        return tracker

    async def history(self, conversation: str) -> list[dict[str, Any]]:
        tracker = await self._store.retrieve_full_tracker(conversation)
        return [event.as_dict() for event in tracker.events]
