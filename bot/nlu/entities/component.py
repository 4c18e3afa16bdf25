"""The entity extractor as a Rasa component."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from attendance.clock import Clock, local_date, now
from bot.nlu.entities.extraction import extract


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ClaraEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds what ``extract`` finds to each message."""

    def __init__(self, clock: Clock = now) -> None:
        """``clock`` tells which day "este mês" is said on."""
        self._clock = clock

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ClaraEntityExtractor:
        """Rasa's way to make a component."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the data of each message to the entities that it has."""
        today = local_date(self._clock())
        for message in messages:
            found = [
                {
                    "entity": one.kind,
                    "start": one.start,
                    "end": one.end,
                    "value": one.value,
                    "extractor": type(self).__name__,
                }
                for one in extract(message.get(TEXT) or "", today)
            ]
            known = message.get(ENTITIES) or []
            message.set(ENTITIES, [*known, *found], add_to_output=True)
        return messages
