"""The same examples give the same model, however many cores learn it."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from bot.nlu import second_core
from bot.nlu.learning import learn
from bot.nlu.second_core import AtOnce, helper

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")

TEXTS = [
    f"{wish} {thing} {when}"
    for wish in ("quero", "manda", "preciso de")
    for thing in ("a segunda via", "o codigo de barras", "o pix")
    for when in ("", "agora", "por favor", "de novo", "da conta de luz")
]
LABELS = [thing for _ in range(3) for thing in ("duplicate", "barcode", "pix") for _ in range(5)]


def test_a_second_process_learns_the_very_same_model(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = learn(TEXTS, LABELS)
    monkeypatch.setattr(second_core, "WORTH_IT", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    with helper(len(TEXTS)) as other:
        assert isinstance(other, ProcessPoolExecutor)
    together = learn(TEXTS, LABELS)
    assert (together.weights == alone.weights).all()
    assert (together.intercepts == alone.intercepts).all()
    assert (together.sharpness, together.labels) == (alone.sharpness, alone.labels)
    assert together.vocabulary.known == alone.vocabulary.known


@pytest.mark.parametrize(("texts", "cores"), [(10, {0, 1}), (10_000, {0})])
def test_a_few_texts_or_a_single_core_need_no_process(
    monkeypatch: pytest.MonkeyPatch, texts: int, cores: set[int]
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: cores)
    assert isinstance(helper(texts), AtOnce)


def test_what_fails_beside_us_fails_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_core, "WORTH_IT", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    with helper(1) as other, pytest.raises(ValueError, match="invalid literal"):
        other.submit(int, "two").result()
