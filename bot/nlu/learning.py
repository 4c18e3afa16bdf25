"""Learns the linear model from examples; what only reads messages does without this.

A linear support vector machine, chosen by cross-validation: as good as logistic regression on
the same vectors and trained in a tenth of the time. The sharpness of its confidences is fitted on
out-of-fold scores, that is on texts it was not trained with.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlu.counting import CountedTerms
from bot.nlu.linear_model import LinearModel, softmax
from bot.nlu.ngrams import BLOCKS, Blocks, Floats, Vocabulary
from bot.nlu.second_core import helper
from bot.nlu.typing_noise import mistyped

SEED = 20260101
FOLDS = 3
COST = 0.7  # by cross-validation; flat between 0.3 and 1.5
DISTORTED_COUNTS = 0.5
"""What a distorted text weighs beside one as it was written: forgives slips, and drowns nothing."""
TOLERANCE = 0.01  # a smaller one changes no answer
USUAL_SHARPNESS = 5.0  # where there are too few examples to fit it


def learn(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    blocks: Blocks = BLOCKS,
    with_typing_noise: bool = True,
) -> LinearModel:
    """Learn from normalised texts; the same examples always give the same model.

    Each text is learned twice: as it is, and as a phone's keyboard might distort it.
    """
    with helper(len(texts)) as other:
        distorting = other.submit(_count_mistyped, texts, blocks) if with_typing_noise else None
        counted = CountedTerms.of(texts, blocks)
        vocabulary = counted.vocabulary()
        vectors = counted.vectors(vocabulary)
        distorted = distorting.result().vectors(vocabulary) if distorting else None
        sharpness = other.submit(_fit_sharpness, vectors, labels)
        weights, intercepts = _fit(vectors, labels, distorted)
        return LinearModel(
            labels=tuple(sorted(set(labels))),
            vocabulary=vocabulary,
            weights=weights.astype(np.float16),
            intercepts=intercepts,
            sharpness=sharpness.result(),
        )


def mistyped_vectors(vocabulary: Vocabulary, texts: Sequence[str]) -> csr_matrix:
    """The vectors of the texts as a phone's keyboard might distort them, always the same."""
    return _count_mistyped(texts, vocabulary.blocks).vectors(vocabulary)


def _count_mistyped(texts: Sequence[str], blocks: Blocks) -> CountedTerms:
    chance = random.Random(SEED)  # noqa: S311  nothing secret
    return CountedTerms.of((mistyped(text, chance) for text in texts), blocks)


def out_of_fold_scores(
    vectors: csr_matrix, labels: Sequence[str], distorted: csr_matrix | None = None
) -> Floats | None:
    """Scores of each text by a model trained without it; None if a label has one example only.

    ``distorted`` are vectors of the same texts to learn from too. The vocabulary is that of all
    texts: what a left-out text alone has gets no weight anyway.
    """
    scores: Floats | None = None
    for left_out, found in _fold_scores(vectors, labels, distorted):
        if scores is None:
            scores = np.zeros((len(labels), found.shape[1]), dtype=np.float32)
        scores[left_out] = found
    return scores


def _fold_scores(
    vectors: csr_matrix, labels: Sequence[str], distorted: csr_matrix | None = None
) -> Iterator[tuple[npt.NDArray[np.int64], Floats]]:
    """The places of each left-out fold, and their scores; nothing where folds are impossible."""
    folds = min(FOLDS, *Counter(labels).values())
    if folds < 2 or len(set(labels)) < 2:
        return
    splitter = StratifiedKFold(folds, shuffle=True, random_state=SEED)
    for kept, left_out in splitter.split(labels, labels):
        learned = None if distorted is None else distorted[kept]
        weights, intercepts = _fit(vectors[kept], [labels[at] for at in kept], learned)
        yield left_out, vectors[left_out] @ weights + intercepts


def _fit(
    vectors: csr_matrix, labels: Sequence[str], distorted: csr_matrix | None = None
) -> tuple[Floats, Floats]:
    if len(set(labels)) < 2:
        return np.zeros((vectors.shape[1], 1), np.float32), np.zeros(1, np.float32)
    counts = np.ones(len(labels))
    if distorted is not None:
        vectors, labels = vstack([vectors, distorted], "csr"), [*labels, *labels]
        counts = np.concatenate([counts, counts * DISTORTED_COUNTS])
    machine = LinearSVC(C=COST, random_state=SEED, tol=TOLERANCE)
    machine.fit(vectors, labels, sample_weight=counts)
    weights, intercepts = machine.coef_.T, machine.intercept_
    if weights.shape[1] == 1:  # of two labels only the second has a column
        weights, intercepts = np.hstack([-weights, weights]), np.hstack([-intercepts, intercepts])
    return np.ascontiguousarray(weights, np.float32), intercepts.astype(np.float32)


def _fit_sharpness(vectors: csr_matrix, labels: Sequence[str]) -> float:
    """By one fold, which is enough for one number."""
    for left_out, scores in _fold_scores(vectors, labels):
        return sharpness_of(scores, [labels[at] for at in left_out])
    return USUAL_SHARPNESS


def sharpness_of(scores: Floats, labels: Sequence[str]) -> float:
    """The sharpness under which the scores predict the labels best (least log loss)."""
    right = np.searchsorted(sorted(set(labels)), labels)
    rows = np.arange(len(right))

    def loss(sharpness: float) -> float:
        return float(-np.log(softmax(scores, sharpness)[rows, right] + 1e-9).mean())

    return float(minimize_scalar(loss, bounds=(0.5, 20.0), method="bounded").x)
