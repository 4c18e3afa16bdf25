"""What is read beyond the classifier's guess, on a model that knows each word by heart."""

from __future__ import annotations

import pytest

from bot.nlu.learning import learn
from bot.nlu.linear_model import LinearModel
from bot.nlu.normalization import normalize
from bot.nlu.reading import read

EXAMPLES = {
    "affirm": "ok|tá bom|sim|pode ser|isso mesmo",
    "thank": "obrigada|muito obrigado|valeu|obrigada, viu|agradeço",
    "greet": "oi|bom dia|boa tarde|olá|oi, tudo bem",
    "cancel": "desisti|quero desistir|cancela|esquece|não quero mais",
    "ask_fee": "tem multa|cobra taxa|é de graça|quanto custa|paga alguma coisa",
    "request_pix": "manda o pix|pix|quero pagar no pix|chave pix|qr code",
    "out_of_scope": "minha linda|vai chover|receita de bolo|uma piada|quem ganhou o jogo",
}


@pytest.fixture(scope="module")
def model() -> LinearModel:
    pairs = [(normalize(one), intent) for intent, row in EXAMPLES.items() for one in row.split("|")]
    return learn([text for text, _ in pairs], [intent for _, intent in pairs])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ok, muito obrigado", "thank"),
        ("oi, sim", "affirm"),
        ("bom dia, manda o pix, obrigada", "request_pix"),
        ("desisti, obrigada", "cancel"),
    ],
)
def test_thanks_are_the_message_where_nothing_is_asked(
    model: LinearModel, text: str, intent: str
) -> None:
    assert read(model, text).ranking[0].intent == intent


@pytest.mark.parametrize("text", ["e se eu desistir depois?", "e se eu cancelar?"])
def test_nobody_cancels_by_asking_what_would_happen(model: LinearModel, text: str) -> None:
    ranking = read(model, text).ranking
    assert ranking[-1] == ("cancel", 0.0)
    assert sum(one.confidence for one in ranking) == pytest.approx(1, abs=1e-4)
    assert read(model, "quero desistir").ranking[0].intent == "cancel"
