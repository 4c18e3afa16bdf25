"""What a message refuses is left out of what it asks for."""

from __future__ import annotations

import pytest

from bot.nlu.contrast import without_refused


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Não quero o Pix, quero o código de barras", "quero o codigo de barras"),
        ("pix não, me dá o código", "me da o codigo"),
        ("o valor eu já sei, manda o documento", "manda o documento"),
        ("não é boleto, é a 2ª via", "e a segunda via"),
        ("nada de papel, só o e-mail", "so o email"),
        ("em vez do pix, os números", "os numeros"),
    ],
)
def test_only_the_rest_is_kept(text: str, kept: str) -> None:
    assert without_refused(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quero o pix, por favor",
        "não quero o pix",  # nothing is left
        "a conta não chegou, manda outra",  # a complaint
        "não consigo pagar, me ajuda",
        "só os num, por favor",  # "num" are numbers here
        "não sei o código, onde fica?",
    ],
)
def test_what_refuses_nothing_or_all_is_left_alone(text: str) -> None:
    assert without_refused(text) is None
