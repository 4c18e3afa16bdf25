"""Learns the linear model from examples; what only reads messages does without this.

Each text is learned twice: as it is, and as a phone's keyboard might distort it. The sharpness of
the confidences is fitted on texts that a second model, of the others, has not seen.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from itertools import count
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack

from bot.nlu.counting import CountedTerms
from bot.nlu.lessons import CountedTexts, Lessons, Weights
from bot.nlu.linear_model import LinearModel, softmax
from bot.nlu.ngrams import BLOCKS, Blocks, Floats
from bot.nlu.second_core import AtOnce, helper
from bot.nlu.separation import separate
from bot.nlu.typing_noise import mistyped

COST = 0.7  # of a miss; by cross-validation; flat between 0.3 and 1.5
DISTORTED_COUNTS = 0.5
"""What a distorted text weighs beside one as it was written: forgives slips, and drowns nothing."""
FOLDS = 3
USUAL_SHARPNESS = 5.0  # where there are too few examples to fit it


def learn(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    blocks: Blocks = BLOCKS,
    with_typing_noise: bool = True,
    lessons: Lessons | None = None,
) -> LinearModel:
    """Learn from normalised texts; the same examples give the same model.

    ``lessons`` are what an earlier learning with the same blocks left, and what this one leaves.
    """
    before = lessons or Lessons()
    names = sorted(set(labels))
    with helper(len(texts)) as other:
        counted = before.counted = _count(texts, blocks, before.counted, other)
        vocabulary = counted.plain.vocabulary(blocks)
        vectors = counted.plain.vectors(vocabulary)
        distorted = counted.distorted.vectors(vocabulary) if with_typing_noise else None

        def fit_again(what: str, *given: Any) -> Floats:
            known = before.weights.get(what)
            starts = known.starts(vocabulary.known, names) if known else None
            numbers = fit(*given, starts=starts, other=other)
            before.weights[what] = Weights(vocabulary.known, names, numbers)
            return numbers

        weights = fit_again("all", vectors, labels, distorted)
        seen = _are_seen(texts, labels)
        sharpness = USUAL_SHARPNESS
        if not seen.all():
            of_seen = fit_again("seen", vectors[seen], _where(seen, labels))
            sharpness = sharpness_of(
                scores_of(vectors[~seen], of_seen), _where(~seen, labels), names
            )
    return LinearModel(
        labels=tuple(names),
        vocabulary=vocabulary,
        weights=weights[:-1].astype(np.float16),
        intercepts=weights[-1],
        sharpness=sharpness,
    )


def _count(
    texts: Sequence[str], blocks: Blocks, known: CountedTexts | None, other: Executor
) -> CountedTexts:
    """The terms of the texts, of which those of known ones are known."""
    place = dict(zip(known.texts, range(len(known.texts)), strict=True)) if known else {}
    new = [text for text in dict.fromkeys(texts) if text not in place]
    distorting = other.submit(_count_distorted, new, blocks)
    plain, distorted = CountedTerms.of(new, blocks), distorting.result()
    if known:
        plain = known.plain.followed_by(plain)
        distorted = known.distorted.followed_by(distorted)
    place |= zip(new, count(len(known.texts) if known else 0))
    rows = np.array([place[text] for text in texts], dtype=np.int64)
    return CountedTexts(texts, plain.at(rows), distorted.at(rows))


def _count_distorted(texts: Sequence[str], blocks: Blocks) -> CountedTerms:
    """Each text is always distorted in the same way, whichever others there are."""
    return CountedTerms.of((mistyped(text, random.Random(text)) for text in texts), blocks)  # noqa: S311


def fit(
    vectors: csr_matrix,
    labels: Sequence[str],
    distorted: csr_matrix | None = None,
    *,
    starts: Sequence[Floats | None] | None = None,
    other: Executor | None = None,
) -> Floats:
    """The best weights: terms × sorted labels, and below the terms a row of intercepts.

    Args:
        vectors: a text a row.
        labels: of each text.
        distorted: the same texts, distorted.
        starts: for each label, weights to start from.
        other: does half of the work.
    """
    names = sorted(set(labels))
    if len(names) < 2:
        return np.zeros((vectors.shape[1] + 1, len(names)), dtype=np.float32)
    meant, costs = np.array(labels), np.full(len(labels), COST, dtype=np.float32)
    if distorted is not None:
        vectors, meant = vstack([vectors, distorted], "csr"), np.concatenate([meant, meant])
        costs = np.concatenate([costs, costs * np.float32(DISTORTED_COUNTS)])
    given = vectors, meant, costs
    problems = list(zip(names, starts or [None] * len(names), strict=True))
    weights = np.empty((vectors.shape[1] + 1, len(names)), dtype=np.float32)
    # Only liblinear, which starts from nothing, draws lots, and threads would share them.
    is_new = any(start is None for _, start in problems)
    with nullcontext(other or AtOnce()) if is_new else ThreadPoolExecutor(1) as beside:
        half = beside.submit(_fit_each, *given, problems[1::2])
        weights[:, 0::2] = _fit_each(*given, problems[0::2])
        weights[:, 1::2] = half.result()
    return weights


def _fit_each(
    vectors: csr_matrix,
    labels: npt.NDArray[np.str_],
    costs: Floats,
    problems: Sequence[tuple[str, Floats | None]],
) -> Floats:
    found = [separate(vectors, labels == name, costs, start) for name, start in problems]
    return np.column_stack(found)


def scores_of(vectors: csr_matrix, weights: Floats) -> Floats:
    """Of each text for each label."""
    scores: Floats = vectors @ weights[:-1] + weights[-1]
    return scores


def _are_seen(texts: Sequence[str], labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Of each text, whether the second model learns it too: two thirds, whatever others there are.

    Of a label with no text among them it learns all.
    """
    seen = np.array([crc32(text.encode()) % FOLDS > 0 for text in texts])
    known = set(_where(seen, labels))
    return seen | np.array([label not in known for label in labels])


def _where(chosen: npt.NDArray[np.bool_], labels: Sequence[str]) -> list[str]:
    return [label for label, is_chosen in zip(labels, chosen, strict=True) if is_chosen]


def sharpness_of(scores: Floats, labels: Sequence[str], names: Sequence[str]) -> float:
    """The sharpness under which the scores predict the labels best (least log loss).

    ``names`` are those of the scores' columns, in order.
    """
    right = np.searchsorted(names, labels)
    rows = np.arange(len(right))

    def loss(sharpness: float) -> float:
        return float(-np.log(softmax(scores, sharpness)[rows, right] + 1e-9).mean())

    return float(minimize_scalar(loss, bounds=(0.5, 20.0), method="bounded").x)
