"""How responses are worded."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.responses import MissingVariable, UnknownResponse, VariedResponses

DOMAIN = Domain.from_dict(
    {
        "responses": {
            "say_value": [{"text": "São {value}."}, {"text": "Custa {value}, tá?"}],
            "say_once": [{"text": "Só assim."}],
        }
    }
)


def tracker(*said: BotUttered) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("one", list(said), slots=DOMAIN.slots)


def uttered(text: str, response: str) -> BotUttered:
    return BotUttered(text, metadata={"utter_action": response})


@pytest.mark.parametrize(
    ("last", "expected"),
    [("São R$ 1,00.", "Custa R$ 2,00, tá?"), ("Custa R$ 1,00, tá?", "São R$ 2,00.")],
)
async def test_the_other_variation_follows_whatever_the_values(last: str, expected: str) -> None:
    heard = tracker(uttered(last, "say_value"), uttered("Outra coisa.", "say_other"))
    for _ in range(10):
        said = await VariedResponses(domain=DOMAIN).generate(
            "say_value", heard, "webchat", value="R$ 2,00"
        )
        assert said["text"] == expected


async def test_a_single_variation_is_said_again() -> None:
    heard = tracker(uttered("Só assim.", "say_once"))
    said = await VariedResponses(domain=DOMAIN).generate("say_once", heard, "webchat")
    assert said["text"] == "Só assim."


async def test_a_response_that_does_not_exist_is_no_silence() -> None:
    with pytest.raises(UnknownResponse):
        await VariedResponses(domain=DOMAIN).generate("say_nothing", tracker(), "webchat")


async def test_braces_are_never_shown() -> None:
    with pytest.raises(MissingVariable, match="value"):
        await VariedResponses(domain=DOMAIN).generate("say_value", tracker(), "webchat")
