"""One label against all others: the best weights, to a proven distance, from wherever one starts.

A linear support vector machine with squared hinge loss (Chang, Hsieh, Lin: Coordinate Descent
Method for Large-scale L2-loss Linear SVM, JMLR 9, 2008), chosen by cross-validation: as good as
logistic regression on the same vectors and learned in a tenth of the time. Its loss has one
minimum only, so the weights of yesterday's examples are a start from which today's are found in a
few steps, and no trace of yesterday stays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.nlu.ngrams import Floats

NEAR = 0.1
"""How far the weights found may be from the best ones.

The loss curves upwards by 1 or more in every direction (that is its first term), so its slope is at
least the distance from the minimum; the solver goes on until the slope is below this.
"""
_ROUGH = 0.1  # liblinear's own measure, for a first guess

Truths = npt.NDArray[np.bool_]


def separate(vectors: csr_matrix, is_meant: Truths, costs: Floats, start: Floats | None) -> Floats:
    """The weights that give the meant texts scores above 1 and the others below -1, at best.

    Args:
        vectors: a text a row.
        is_meant: of each text, whether it has the label. There must be both kinds.
        costs: what a miss costs, text by text.
        start: weights to begin with.

    Returns:
        A weight for each column, and an intercept, which counts as the weight of one more.
    """
    if start is None:
        machine = LinearSVC(tol=_ROUGH, random_state=0)
        machine.fit(vectors, is_meant, sample_weight=costs)
        start = np.append(machine.coef_[0], machine.intercept_)
    misses = _Misses(vectors, np.where(is_meant, 1, -1).astype(np.float32), costs)
    found = minimize(
        misses.loss, start, jac=True, hessp=misses.curvature, method="trust-ncg",
        options={"gtol": NEAR, "max_trust_radius": 1_000.0},
    )  # fmt: skip
    weights: Floats = found.x.astype(np.float32)
    return weights


class _Misses:
    """The loss, its slope and its curvature.

    Only a text that is missed costs anything; near the end it is one in ten.
    """

    def __init__(self, vectors: csr_matrix, sides: Floats, costs: Floats) -> None:
        self._vectors, self._sides, self._costs = vectors, sides, costs
        self._at: Floats = np.empty(0, np.float32)
        self._missed: csr_matrix | None = None

    def loss(self, weights: Floats) -> tuple[float, Floats]:
        missed_by = np.maximum(1 - self._sides * _scores(self._vectors, weights), 0)
        self._at, self._missed = weights.copy(), None
        self._are_missed = missed_by > 0
        costs = float((self._costs * missed_by**2).sum(dtype=float))
        pulls = -2 * self._costs * missed_by * self._sides
        return 0.5 * float(weights @ weights) + costs, weights + _summed(self._vectors, pulls)

    def curvature(self, weights: Floats, direction: Floats) -> Floats:
        """By what the slope changes along a direction."""
        if not np.array_equal(self._at, weights):
            self.loss(weights)
        if self._missed is None:
            self._missed = self._vectors[self._are_missed]
            self._missed_costs = 2 * self._costs[self._are_missed]
        along = self._missed_costs * _scores(self._missed, direction)
        curved: Floats = direction + _summed(self._missed, along)
        return curved


def _scores(vectors: csr_matrix, weights: Floats) -> Floats:
    single = weights.astype(np.float32)
    scores: Floats = vectors @ single[:-1] + single[-1]
    return scores


def _summed(vectors: csr_matrix, shares: Floats) -> Floats:
    return np.append(vectors.T @ shares, shares.sum())
