"""The intent classifier as a Rasa component: trains, stores and asks the linear model."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.engine.caching import CACHE_LOCATION_ENV, DEFAULT_CACHE_LOCATION
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.linear_model import LinearModel
from bot.nlu.normalization import normalize
from bot.nlu.reading import Part, Reading, read

logger = logging.getLogger(__name__)

ALSO_REQUESTED = "also_requested"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ClaraIntentClassifier(IntentClassifier, GraphComponent):
    """One step from text to intents; needs no tokenizer and no featurizer before it."""

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, model: LinearModel | None = None
    ) -> None:
        """Without a model, ``train`` must come first."""
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ClaraIntentClassifier:
        """Rasa's way to make an untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ClaraIntentClassifier:
        """Rasa's way to make a trained component; untrained if there were no examples."""
        try:
            with model_storage.read_from(resource) as directory:
                return cls(model_storage, resource, LinearModel.load(directory))
        except ValueError:  # what a storage raises for a resource that nobody wrote
            return cls(model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """All code of the understanding: weights learned with another fit no text read with this.

        Rasa itself looks at the source of this class only.
        """
        return digest_of_code(Path(__file__).parent)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples and store what was learned."""
        examples = [one for one in training_data.intent_examples if one.get(TEXT)]
        if examples:
            self._model = self._learn(examples)
            with self._model_storage.write_to(self._resource) as directory:
                self._model.save(directory)
        return self._resource

    def _learn(self, examples: Sequence[Message]) -> LinearModel:
        # Whoever only reads messages loads no library of the learning.
        from bot.nlu.learning import learn
        from bot.nlu.lessons import Lessons

        kept = Path(os.environ.get(CACHE_LOCATION_ENV, DEFAULT_CACHE_LOCATION)) / "lessons.npz"
        code = self.fingerprint_addon({})
        lessons = Lessons.load(kept, code)
        texts = lessons.texts([one.get(TEXT) for one in examples], normalize)
        model = learn(texts, [one.get(INTENT) for one in examples], lessons=lessons)
        try:
            lessons.save(kept, code)
        except OSError as error:  # the model is learned all the same
            logger.warning("The next training will take longer: %s", error)
        return model

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its intent, the ranking of all, and a second request if it has one."""
        for message in messages:
            text = message.get(TEXT) or ""
            reading = read(self._model, text) if self._model else Reading(())
            ranking = [
                {"name": one.intent, "confidence": one.confidence} for one in reading.ranking
            ]
            first = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set(INTENT, dict(first), add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            if reading.second:
                known = message.get(ENTITIES) or []
                entities = [*known, _as_entity(reading.second)]
                message.set(ENTITIES, entities, add_to_output=True)
        return messages


def digest_of_code(directory: Path) -> str:
    """A digest of all Python files in a directory; another one as soon as any of them differs."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _as_entity(part: Part) -> dict[str, Any]:
    return {
        "entity": ALSO_REQUESTED,
        "value": part.guess.intent,
        "start": part.start,
        "end": part.end,
        "confidence_entity": part.guess.confidence,
        "extractor": ClaraIntentClassifier.__name__,
    }
