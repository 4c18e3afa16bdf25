"""Rasa as a function: a message in, what the assistant says to it out.

Everything that a turn needs runs in this process, on one event loop. A turn writes nothing: what
it leads to is stored by the caller, together with the answer, or has never been.
"""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass
from pathlib import Path

import structlog
from rasa.core.actions.action import create_bot_utterance
from rasa.core.brokers.broker import EventBroker
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.events import SlotSet
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as Records

from bot.answering import Answer, Response, Saying, Turn
from bot.faults import describe
from bot.loaded_model import LoadedModel
from bot.model import UnfitModel
from bot.tracker import BoundedTracker
from bot.trackers import BoundedTrackerStore

__all__ = ["Engine", "UnfitModel"]

log = structlog.get_logger(__name__)


class Engine:
    """Answers with a trained model, which may be changed for another at any time."""

    def __init__(
        self,
        model: LoadedModel,
        config: AvailableEndpoints,
        trackers: BoundedTrackerStore,
        actions: str,
    ) -> None:
        """Use a loaded model; ``load`` makes one."""
        self._model = model
        self._config = config
        self._trackers = trackers
        self._actions = actions
        trackers.domain = model.domain

    @classmethod
    async def load(
        cls, model: Path, endpoints: Path, records: Records, actions: str = "actions"
    ) -> Engine:
        """Load a model, with what ``endpoints`` names and the actions of a package.

        The dialogue state is kept in ``records``. Raises ``UnfitModel`` if the domain asks for
        what is not there.
        """
        config = AvailableEndpoints.read_endpoints(str(endpoints))
        trackers = await _tracker_store(config, records)
        loaded = LoadedModel.load(model, config, trackers, actions)
        _settle_memory()
        return cls(loaded, config, trackers, actions)

    @property
    def model(self) -> str:
        """Name of the model that answers."""
        return self._model.name

    async def change_model(self, model: Path) -> None:
        """Answer with another model from the next turn on; turns in hand end with the former.

        Raises ``UnfitModel``, or whatever is wrong with the file, and goes on with the former.
        """
        loaded = await asyncio.to_thread(
            LoadedModel.load, model, self._config, self._trackers, self._actions
        )
        gc.unfreeze()  # or the former model could never be collected
        self._model = loaded
        self._trackers.domain = loaded.domain

    async def turn(self, turn: Turn) -> Answer:
        """See ``Answering.turn``."""
        model = self._model  # the same one to the turn's end
        tracker = await model.take(self._trackers, turn.conversation)
        said = _Collector(turn.channel)
        await model.processor.open_session(tracker, said, dict(turn.metadata))
        if turn.preface:
            said.messages.append(await _say(model, tracker, turn.channel, turn.preface))
        await model.processor.answer(
            UserMessage(
                turn.text,
                said,
                turn.conversation,
                input_channel=turn.channel,
                message_id=turn.message_id,
                metadata=dict(turn.metadata),
            ),
            tracker,
        )
        return Answer(said.messages, _TrackerState(self._trackers, tracker))

    async def say(self, conversation: str, channel: str, saying: Saying) -> Answer:
        """See ``Answering.say``."""
        model = self._model
        said = _Collector(channel)
        try:
            tracker = await model.take(self._trackers, conversation)
            if saying.opens_session:
                await model.processor.open_session(tracker, said, {"channel": channel})
        except Exception as error:
            log.error("trackers.failed", conversation=conversation, fault=describe(error))
            # What is said must be said all the same; storing it will tell about the records.
            tracker = BoundedTracker(conversation, model.domain.slots)
            said.messages.clear()
        said.messages.append(await _say(model, tracker, channel, saying))
        return Answer(said.messages, _TrackerState(self._trackers, tracker))


async def _say(
    model: LoadedModel, tracker: BoundedTracker, channel: str, saying: Saying
) -> Response:
    known = tracker.copy()
    for name, value in saying.slots.items():
        if value and name in known.slots:
            known.update(SlotSet(name, value))
    said: Response = await model.processor.nlg.generate(
        saying.response, known, channel, **saying.slots
    )
    if tracker.events:  # the first event of a conversation starts its session
        tracker.update(create_bot_utterance({**said, "utter_action": saying.response}))
    return said


@dataclass(frozen=True)
class _TrackerState:
    """A ``DialogueState``: a tracker, and the store it goes to."""

    trackers: BoundedTrackerStore
    tracker: BoundedTracker

    def store(self, connection: Connection) -> None:
        if self.tracker.new_events:
            self.trackers.store(connection, self.tracker)

    def keep(self) -> None:
        if self.tracker.new_events:
            self.trackers.keep(self.tracker)


class _Collector(OutputChannel):
    """Takes what the assistant says as it is; stock channels cut it into pieces."""

    def __init__(self, channel: str) -> None:
        self.messages: list[Response] = []
        self._channel = channel

    def name(self) -> str:
        return self._channel

    async def send_response(self, recipient_id: str, message: Response) -> None:
        self.messages.append(message)


async def _tracker_store(config: AvailableEndpoints, records: Records) -> BoundedTrackerStore:
    ours = f"{BoundedTrackerStore.__module__}.{BoundedTrackerStore.__qualname__}"
    if config.tracker_store is None or config.tracker_store.type != ours:
        raise UnfitModel(f"endpoints.yml: the type of tracker_store has to be {ours}")
    broker = await EventBroker.create(config.event_broker)
    return BoundedTrackerStore(event_broker=broker, records_engine=records)


def _settle_memory() -> None:
    """Keep the collector from walking through the model again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
