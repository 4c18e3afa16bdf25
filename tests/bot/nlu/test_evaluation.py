"""The figures on small data: what is read, and what a report says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.evaluation import Example, Guessed, examples_in, on_test_set, out_of_fold, report

TRAINING = [
    Example(text, intent)
    for intent, texts in {
        "request_pix": "pix|manda o pix|quero o pix",
        "greet": "oi|bom dia|boa tarde",
        "out_of_scope": "vai chover|receita de bolo|uma piada",
    }.items()
    for text in texts.split("|")
]


def test_reads_the_examples_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        "nlu:\n- intent: greet\n  examples: |\n    - oi\n    - - oi\n", encoding="utf-8"
    )
    assert list(examples_in(tmp_path)) == [Example("oi", "greet"), Example("- oi", "greet")]


def test_every_example_is_guessed() -> None:
    assert len(out_of_fold(TRAINING).intents) == len(TRAINING)
    guessed = on_test_set(TRAINING, [Example("o pix", "request_pix")])
    assert list(guessed.intents) == ["request_pix"]


def test_two_examples_of_an_intent_are_enough() -> None:
    few = [*TRAINING[:5], *TRAINING[6:]]
    assert len(out_of_fold(few).intents) == len(few)


@pytest.mark.parametrize("examples", [TRAINING[:4], TRAINING[:3]])
def test_who_has_too_few_is_told_what_is_needed(examples: list[Example]) -> None:
    with pytest.raises(ValueError, match="two examples at least"):
        out_of_fold(examples)


def test_a_report_counts_refusals_and_mistakes() -> None:
    examples = [Example("pix", "request_pix"), Example("x", "out_of_scope")]
    sure = np.array([0.2, 0.9], dtype=np.float32)
    lines = list(report("Now", examples, Guessed(["request_pix"] * 2, sure, sure)))
    assert lines[0] == "Now: 2 messages, accuracy 0.500"
    at_half = next(line for line in lines if line.split()[:2] == ["0.50", "0.00"])
    assert at_half.split()[2:] == ["0.000", "1.000", "0.000", "1.000"]
    assert lines[-1].split(maxsplit=1) == ["1", "out_of_scope taken for request_pix"]
