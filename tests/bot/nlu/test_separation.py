"""The weights found are the best ones, wherever the search begins."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random
from sklearn.svm import LinearSVC

from bot.nlu.ngrams import Floats
from bot.nlu.separation import NEAR, separate

TEXTS, TERMS = 400, 60


@pytest.fixture(scope="module")
def vectors() -> csr_matrix:
    return random(TEXTS, TERMS, 0.2, "csr", np.float32, random_state=1)


@pytest.fixture(scope="module")
def is_meant(vectors: csr_matrix) -> np.ndarray:
    """Known by a third of the terms, and wrong now and then."""
    noise = np.random.default_rng(1).normal(0, 0.3, TEXTS)
    told: np.ndarray = vectors[:, : TERMS // 3].sum(axis=1).A1 + noise > 2
    return told


@pytest.fixture(scope="module")
def costs() -> Floats:
    return np.where(np.arange(TEXTS) % 2, 0.7, 0.35).astype(np.float32)


@pytest.fixture(scope="module")
def best(vectors: csr_matrix, is_meant: np.ndarray, costs: Floats) -> Floats:
    """By another solver, to the end."""
    machine = LinearSVC(tol=1e-9, max_iter=100_000, random_state=1)
    machine.fit(vectors, is_meant, sample_weight=costs)
    found: Floats = np.append(machine.coef_[0], machine.intercept_)
    return found


@pytest.mark.parametrize("start", ["nothing", "zeros", "the best", "far away", "the opposite"])
def test_they_are_near_the_best_from_everywhere(
    vectors: csr_matrix, is_meant: np.ndarray, costs: Floats, best: Floats, start: str
) -> None:
    far = np.random.default_rng(2).normal(0, 5, len(best))
    starts = {"zeros": best * 0, "the best": best, "far away": far, "the opposite": -best}
    found = separate(vectors, is_meant, costs, starts.get(start))
    assert np.linalg.norm(found - best) <= NEAR
    assert np.linalg.norm(best) > 10 * NEAR


def test_a_costly_text_draws_them_to_its_side(
    vectors: csr_matrix, is_meant: np.ndarray, costs: Floats, best: Floats
) -> None:
    scores = (vectors @ best[:-1] + best[-1]) * np.where(is_meant, 1, -1)
    worst = int(scores.argmin())
    dear = costs.copy()
    dear[worst] *= 20
    found = separate(vectors, is_meant, dear, best)
    now = (vectors[worst] @ found[:-1] + found[-1]) * (1 if is_meant[worst] else -1)
    assert scores[worst] < 0 < now.item() - scores[worst]
