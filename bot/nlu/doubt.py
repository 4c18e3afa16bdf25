"""Rasa's fallback, and a doubt of its own between two services.

A wrong service is worse than a wrong answer to a question: it asks for data and shows bills. So
two services need more between them than any other two intents; with less, Clara asks which of the
two is meant.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.reading import EVIDENCE

BETWEEN_SERVICES = "between_services"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ServiceDoubt(FallbackClassifier):
    """``FallbackClassifier`` with one more setting, ``between_services``, a confidence."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """As Rasa's, and no doubt of its own."""
        return {**FallbackClassifier.get_default_config(), BETWEEN_SERVICES: 0.0}

    def _should_fallback(self, message: Message) -> bool:
        """Whether to ask back: for Rasa's reasons, or since it may be either of two services."""
        return super()._should_fallback(message) or is_between_services(
            message.data.get(INTENT_RANKING_KEY, []), self.component_config[BETWEEN_SERVICES]
        )


def is_between_services(ranking: list[dict[str, Any]], distance: float) -> bool:
    """Whether the first two guesses are services, and nearer to each other than that."""
    if len(ranking) < 2 or not {one["name"] for one in ranking[:2]} <= EVIDENCE.keys():
        return False
    return bool(ranking[0]["confidence"] - ranking[1]["confidence"] < distance)
