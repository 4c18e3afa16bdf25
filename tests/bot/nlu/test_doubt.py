"""Two services need more between them than other intents before one is taken for meant."""

from __future__ import annotations

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.doubt import ServiceDoubt


def understood(*ranking: tuple[str, float]) -> str:
    guesses = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    message = Message.build(text="quero pagar")
    message.set("intent", dict(guesses[0]), add_to_output=True)
    message.set("intent_ranking", guesses, add_to_output=True)
    config = {"threshold": 0.35, "ambiguity_threshold": 0.08, "between_services": 0.3}
    component = ServiceDoubt.create(
        {**ServiceDoubt.get_default_config(), **config},
        LocalModelStorage.__new__(LocalModelStorage),
        Resource("doubt"),
        ExecutionContext(GraphSchema({}), "test"),
    )
    component.process([message])
    return str(message.get("intent")["name"])


@pytest.mark.parametrize(
    ("ranking", "intent"),
    [
        ((("request_pix", 0.6), ("request_barcode", 0.35)), "nlu_fallback"),
        ((("request_pix", 0.65), ("request_barcode", 0.3)), "request_pix"),
        ((("request_pix", 0.5), ("ask_payment_methods", 0.35)), "request_pix"),
        ((("ask_fee", 0.5), ("request_pix", 0.35)), "ask_fee"),
        ((("ask_fee", 0.4), ("request_pix", 0.35)), "nlu_fallback"),
        ((("request_pix", 0.3), ("thank", 0.1)), "nlu_fallback"),
        ((("request_pix", 1.0),), "request_pix"),
    ],
)
def test_near_services_are_asked_about(ranking: tuple[tuple[str, float], ...], intent: str) -> None:
    assert understood(*ranking) == intent


def test_without_the_setting_it_is_the_fallback_of_rasa() -> None:
    assert ServiceDoubt.get_default_config()["between_services"] == 0.0
