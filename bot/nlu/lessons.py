"""What one learning leaves for the next: texts that are counted, and weights to start from.

A designer changes a few of many thousand examples at a time. The others need no counting again,
and the weights that were best for yesterday's are near the best ones for today's. Only how soon
a model is learned depends on this, not what it is (see ``separation``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from bot.nlu.counting import CountedTerms
from bot.nlu.ngrams import Floats

_BETWEEN = "\0"
"""Between the strings of a list; no message has it."""

Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class CountedTexts:
    """Normalised texts with their terms, as they are and as a keyboard might distort them."""

    texts: Sequence[str]
    plain: CountedTerms
    distorted: CountedTerms


@dataclass(frozen=True)
class Weights:
    """The best ones for some terms and labels."""

    terms: Sequence[str]
    labels: Sequence[str]
    numbers: Floats
    """Terms × labels; the row below the terms has the intercepts."""

    def starts(self, terms: Sequence[str], labels: Sequence[str]) -> list[Floats | None]:
        """For each label, weights of these terms to start from; None for a new label."""
        place = dict(zip(self.terms, range(len(self.terms)), strict=True))
        places = np.array([*(place.get(term, -1) for term in terms), len(place)], dtype=np.int64)
        column = dict(zip(self.labels, self.numbers.T, strict=True))
        return [
            np.where(places >= 0, column[label][places], 0.0) if label in column else None
            for label in labels
        ]


@dataclass
class Lessons:
    """Empty at first; learning fills it."""

    normalized: dict[str, str] = field(default_factory=dict)
    """Messages, and what each is without its spelling and its data."""
    counted: CountedTexts | None = None
    weights: dict[str, Weights] = field(default_factory=dict)
    """Of each set of texts that was learned from."""

    def texts(self, messages: Iterable[str], normalize: Callable[[str], str]) -> list[str]:
        """Messages, normalised."""
        known, self.normalized = self.normalized, {}
        for one in messages:
            self.normalized[one] = known[one] if one in known else normalize(one)
        return [self.normalized[one] for one in messages]

    def save(self, path: Path, code: str) -> None:
        """Keep all of it for a later learning by the same code; raises ``OSError``."""
        arrays: dict[str, npt.NDArray[Any]] = {
            "code": _packed([code]),
            "messages": _packed(self.normalized),
            "normalized": _packed(self.normalized.values()),
        }
        if self.counted:
            arrays["texts"] = _packed(self.counted.texts)
            arrays |= _terms_as_arrays("plain", self.counted.plain)
            arrays |= _terms_as_arrays("distorted", self.counted.distorted)
        for name, weights in self.weights.items():
            arrays[f"weights {name} terms"] = _packed(weights.terms)
            arrays[f"weights {name} labels"] = _packed(weights.labels)
            arrays[f"weights {name} numbers"] = weights.numbers
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.parent) as folder:  # whoever reads meanwhile reads whole
            np.savez(Path(folder) / path.name, **arrays)
            os.replace(Path(folder) / path.name, path)

    @classmethod
    def load(cls, path: Path, code: str) -> Lessons:
        """What the same code left there; empty if there is no such thing."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return cls._of(arrays) if _unpacked(arrays["code"]) == [code] else cls()
        except (OSError, ValueError, KeyError, BadZipFile):  # nothing is lost but time
            return cls()

    @classmethod
    def _of(cls, arrays: Arrays) -> Lessons:
        messages, normalized = _unpacked(arrays["messages"]), _unpacked(arrays["normalized"])
        names = [key.split(" ")[1] for key in arrays if key.endswith(" numbers")]
        return cls(
            normalized=dict(zip(messages, normalized, strict=True)),
            counted=CountedTexts(
                _unpacked(arrays["texts"]),
                _terms_of("plain", arrays),
                _terms_of("distorted", arrays),
            ),
            weights={
                name: Weights(
                    _unpacked(arrays[f"weights {name} terms"]),
                    _unpacked(arrays[f"weights {name} labels"]),
                    arrays[f"weights {name} numbers"],
                )
                for name in names
            },
        )


def _terms_as_arrays(kind: str, counted: CountedTerms) -> dict[str, npt.NDArray[Any]]:
    return {
        f"{kind} names": _packed(counted.names),
        f"{kind} terms": counted.terms,
        f"{kind} times": counted.times,
        f"{kind} lengths": counted.lengths,
    }


def _terms_of(kind: str, arrays: Arrays) -> CountedTerms:
    names, *numbers = (arrays[f"{kind} {what}"] for what in ("names", "terms", "times", "lengths"))
    return CountedTerms(_unpacked(names), *numbers)


def _packed(strings: Iterable[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(_BETWEEN.join(strings).encode(), dtype=np.uint8)


def _unpacked(packed: npt.NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split(_BETWEEN)
