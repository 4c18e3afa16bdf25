"""The outline keeps the order of the telling words and forgets which words they were."""

from __future__ import annotations

import pytest

from bot.nlu.normalization import normalize
from bot.nlu.outline import outline, runs


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("não quero papel, quero e-mail", "^ no want paper want email $"),
        ("quero papel, não quero e-mail", "^ want paper no want email $"),
        ("boleto da luz", "^ bill power $"),
        ("boleto da academia", "^ bill thing $"),
        ("conta conta conta", "^ bill $"),
        ("", "^ $"),
    ],
)
def test_words_are_parts_in_order(text: str, parts: str) -> None:
    assert outline(normalize(text).split()) == parts.split()


def test_words_of_a_kind_run_alike() -> None:
    one, other = (list(runs(text.split())) for text in ("cancela o papel", "remove o impresso"))
    assert one == other == [
        "^ stop paper", "stop paper $",
        "^ 1 stop", "stop 1 paper", "paper 1 $", "^ 2 paper", "stop 2 $", "^ 3 $",
    ]  # fmt: skip
