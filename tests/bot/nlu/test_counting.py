"""Twenty thousand texts at a time become the very vectors that one message becomes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bot.nlu.counting import LEAST_OFTEN, MANY_TEXTS, CountedTerms
from bot.nlu.ngrams import BLOCKS, Vocabulary, terms
from bot.nlu.phonetics import sound

TEXTS = [
    "quero a segunda via da conta de luz", "quero quero quero pagar", "", "?", "xcpf",
    "nao quero papel quero email", "cade minha conta", "a", "quero a segunda via da conta de luz",
]  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return CountedTerms.of(TEXTS).vocabulary()


def column(of: Vocabulary, term: str) -> int:
    [found] = of.columns([term], 1)
    return int(found)


@pytest.mark.parametrize("texts", [TEXTS, ["conta nova", "", "zzz", "quero email quero"]])
def test_the_vectors_of_many_are_those_of_each(vocabulary: Vocabulary, texts: list[str]) -> None:
    many = CountedTerms.of(texts).vectors(vocabulary)
    assert many.shape == (len(texts), len(vocabulary.known))
    for row, text in zip(many.toarray(), texts, strict=True):
        one = np.zeros(len(vocabulary.known))
        columns, values = vocabulary.vector(text)
        one[columns] = values
        assert row == pytest.approx(one, abs=1e-6)


def test_each_block_has_the_length_of_its_weight(vocabulary: Vocabulary) -> None:
    columns, values = vocabulary.vector(TEXTS[0])
    for (block, weight), (counted, _) in zip(BLOCKS, terms(TEXTS[0], BLOCKS), strict=True):
        of_block = {column(vocabulary, term) for term in counted}
        squares = [v * v for c, v in zip(columns, values, strict=True) if c in of_block]
        assert math.sqrt(sum(squares)) == pytest.approx(weight), block


def test_a_rare_term_tells_more(vocabulary: Vocabulary) -> None:
    weights = dict(zip(vocabulary.known, vocabulary.weights.tolist(), strict=True))
    assert weights[f"p {sound('cade')}"] == pytest.approx(math.log(10 / 2) + 1)
    assert weights[f"p {sound('quero')}"] == pytest.approx(math.log(10 / 5) + 1)


def test_of_many_texts_a_term_of_one_alone_is_not_known() -> None:
    texts = [*["quero pagar"] * (MANY_TEXTS - LEAST_OFTEN), "quero cobre", "quero prata"]
    known = CountedTerms.of(texts).vocabulary()
    assert column(known, f"p {sound('prata')}") == -1
    assert column(known, f"p {sound('quero')}") >= 0


def test_what_is_unknown_counts_for_nothing(vocabulary: Vocabulary) -> None:
    assert column(vocabulary, "p zzz") == -1
    assert CountedTerms.of(["zzz"]).vectors(vocabulary).nnz < sum(
        len(counted) for counted, _ in terms("zzz", BLOCKS)
    )


@pytest.mark.parametrize("rows", [[], [0], [2, 3, 4], [8, 0, 1, 1, 7], [4, 3, 2, 1, 0]])
def test_texts_are_found_again_in_any_order(vocabulary: Vocabulary, rows: list[int]) -> None:
    chosen = CountedTerms.of(TEXTS).at(np.array(rows, dtype=np.int64)).vectors(vocabulary)
    again = CountedTerms.of([TEXTS[row] for row in rows]).vectors(vocabulary)
    assert (chosen != again).nnz == 0
    assert chosen.shape == again.shape


def test_texts_that_follow_others_are_counted_as_by_themselves(vocabulary: Vocabulary) -> None:
    both = CountedTerms.of(TEXTS[:4]).followed_by(CountedTerms.of([*TEXTS[4:], "zzz nova"]))
    alone = CountedTerms.of([*TEXTS, "zzz nova"])
    assert (both.vectors(vocabulary) != alone.vectors(vocabulary)).nnz == 0
    assert both.vocabulary().known == alone.vocabulary().known
