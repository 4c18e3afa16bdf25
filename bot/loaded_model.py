"""A trained model in memory, whole: engines answer with one, and change it for another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.utils import AvailableEndpoints
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, SlotSet

from bot.answering import SAID_BY_THE_RUNTIME
from bot.folding import SEEN
from bot.in_process_actions import InProcessActions
from bot.model import UnfitModel
from bot.processor import TurnProcessor
from bot.tracker import BoundedTracker
from bot.trackers import BoundedTrackerStore


@dataclass(frozen=True)
class LoadedModel:
    """A model with its actions and its wordings."""

    name: str  # of its file, without the ending
    processor: TurnProcessor

    @classmethod
    def load(
        cls, model: Path, config: AvailableEndpoints, trackers: BoundedTrackerStore, actions: str
    ) -> LoadedModel:
        """Load a model file. Blocks for about a second; raises ``UnfitModel``."""
        in_process = InProcessActions.is_asked_for_by(config.action)
        endpoint = InProcessActions(actions) if in_process else config.action
        processor = TurnProcessor(model, trackers, endpoint)
        processor.nlg = NaturalLanguageGenerator.create(config.nlg, processor.domain)
        _check(processor)
        if isinstance(endpoint, InProcessActions):
            endpoint.domain = processor.domain.as_dict()
        return cls(model.name.removesuffix(".tar.gz"), processor)

    @property
    def domain(self) -> Domain:
        """What the model knows to say, to do and to remember."""
        return self.processor.domain

    async def take(self, trackers: BoundedTrackerStore, conversation: str) -> BoundedTracker:
        """The conversation's tracker, to be answered by this model."""
        metadata = self.processor.model_metadata
        tracker = await trackers.take(conversation, metadata.model_id, self.domain)
        tracker.assistant_id = metadata.assistant_id
        if tracker.active_loop_name and tracker.active_loop_name not in self.domain.form_names:
            # A former model knew this form. Its questions are gone; what is asked for now counts.
            for event in (ActiveLoop(None), SlotSet("requested_slot", None)):
                tracker.update(event)
        return tracker


def _check(processor: TurnProcessor) -> None:
    known = getattr(processor.nlg, "responses", processor.domain.responses)
    missing = [f"the response {name}" for name in SAID_BY_THE_RUNTIME if name not in known]
    if isinstance(processor.action_endpoint, InProcessActions):
        # Rasa counts every response as an action too.
        wanted = set(processor.domain.user_actions) - set(processor.domain.responses)
        missing += [
            f"the action {name}" for name in sorted(wanted - processor.action_endpoint.names)
        ]
    if missing:
        raise UnfitModel("The model needs what is not there: " + ", ".join(missing))
    looks_back = processor.graph_runner.looks_back
    if looks_back is None or looks_back > SEEN:
        raise UnfitModel(
            f"A rule or max_history looks farther back than the {SEEN} actions that are kept: "
            "shorten it, or raise SEEN in bot/folding.py"
        )
