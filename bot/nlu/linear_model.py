"""A linear classifier of texts with honest confidences, small and fast enough for every message.

Its scores become probabilities by a softmax. ``bot.nlu.learning`` finds the weights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.nlu.ngrams import Floats, Vocabulary

_NAMES_FILE, _NUMBERS_FILE = "terms.json", "weights.npz"


@dataclass(frozen=True)
class LinearModel:
    """What was learned: one column of weights for each label."""

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    weights: npt.NDArray[np.float16]
    """Terms × labels, dense, so that a text costs one gather and one product. Half precision says
    all that there is to say."""
    intercepts: Floats
    sharpness: float

    def probabilities(self, text: str) -> Floats:
        """How likely each label is for a normalised text; they add up to 1."""
        shares: Floats = softmax(self.scores(text)[np.newaxis], self.sharpness)[0]
        return shares

    def scores(self, text: str) -> Floats:
        """On which side of each label's border a normalised text is, and how far from it."""
        columns, values = self.vocabulary.vector(text)
        weights = self.weights[columns].astype(np.float32)
        scores: Floats = values.astype(np.float32) @ weights + self.intercepts
        return scores

    def save(self, directory: Path) -> None:
        """Write everything as JSON and plain arrays: a model file never holds code."""
        names = {
            "labels": self.labels,
            "terms": self.vocabulary.known,
            "sharpness": self.sharpness,
        }
        text = json.dumps(names, ensure_ascii=False)
        (directory / _NAMES_FILE).write_text(text, encoding="utf-8")
        np.savez_compressed(
            directory / _NUMBERS_FILE,
            term_weights=self.vocabulary.weights,
            weights=self.weights,
            intercepts=self.intercepts,
        )

    @classmethod
    def load(cls, directory: Path) -> LinearModel:
        """Read what ``save`` wrote."""
        names = json.loads((directory / _NAMES_FILE).read_text(encoding="utf-8"))
        with np.load(directory / _NUMBERS_FILE, allow_pickle=False) as numbers:
            return cls(
                labels=tuple(names["labels"]),
                vocabulary=Vocabulary.for_reading(names["terms"], numbers["term_weights"]),
                weights=np.ascontiguousarray(numbers["weights"]),
                intercepts=numbers["intercepts"],
                sharpness=names["sharpness"],
            )


def softmax(scores: Floats, sharpness: float) -> Floats:
    """Scores as probabilities, row by row."""
    scaled = scores * sharpness
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: Floats = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares
