"""The terms of many texts, counted once: for the vocabulary, and for the texts' vectors.

What a single message needs is in ``ngrams``; here is the same for twenty thousand at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.nlu.ngrams import BLOCKS, Blocks, Vocabulary, terms

LEAST_OFTEN, MANY_TEXTS = 2, 1_000
"""Where there are many texts, a term of one alone is no evidence: half the model, same accuracy."""

Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class CountedTerms:
    """Text after text and block after block, which terms there are and how often."""

    names: Sequence[str]
    """All terms; elsewhere they go by their place in here."""
    terms: Numbers
    times: Numbers
    lengths: Numbers
    """Texts × blocks: how many different terms each block of each text has."""

    @classmethod
    def of(cls, texts: Iterable[str], blocks: Blocks = BLOCKS) -> CountedTerms:
        """Count what the texts have."""
        places: defaultdict[str, int] = defaultdict()
        places.default_factory = places.__len__
        found: list[int] = []
        times: list[int] = []
        lengths: list[int] = []
        for text in texts:
            for counted, _ in terms(text, blocks):
                found.extend(map(places.__getitem__, counted))
                times.extend(counted.values())
                lengths.append(len(counted))
        return cls(
            names=list(places),
            terms=np.array(found, dtype=np.int32),
            times=np.array(times, dtype=np.int32),
            lengths=np.array(lengths, dtype=np.int32).reshape(-1, len(blocks)),
        )

    def followed_by(self, other: CountedTerms) -> CountedTerms:
        """These texts and then those of another."""
        asked = set(other.names)
        here = {name: place for place, name in enumerate(self.names) if name in asked}
        new = [name for name in other.names if name not in here]
        here.update(zip(new, range(len(self.names), len(self.names) + len(new)), strict=True))
        translated = np.array([here[name] for name in other.names], dtype=np.int32)[other.terms]
        return CountedTerms(
            names=[*self.names, *new],
            terms=np.concatenate([self.terms, translated]),
            times=np.concatenate([self.times, other.times]),
            lengths=np.concatenate([self.lengths, other.lengths]),
        )

    def at(self, rows: Numbers) -> CountedTerms:
        """The texts in these places, in this order."""
        ends = self.lengths.sum(axis=1).cumsum()
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        runs = [run for run in np.split(rows, breaks) if len(run)]
        places = [slice(ends[run[0] - 1] if run[0] else 0, ends[run[-1]]) for run in runs]
        return CountedTerms(
            names=self.names,
            terms=np.concatenate([self.terms[:0], *(self.terms[place] for place in places)]),
            times=np.concatenate([self.times[:0], *(self.times[place] for place in places)]),
            lengths=self.lengths[rows],
        )

    def vocabulary(self, blocks: Blocks = BLOCKS) -> Vocabulary:
        """The terms worth knowing, with how much each tells (inverse frequency)."""
        count = len(self.lengths)
        seen = np.bincount(self.terms, minlength=len(self.names))
        least = LEAST_OFTEN if count >= MANY_TEXTS else 1
        known = sorted((self.names[place], place) for place in np.flatnonzero(seen >= least))
        times = seen[[place for _, place in known]]
        weights = np.log((1 + count) / (1 + times)) + 1
        return Vocabulary([name for name, _ in known], weights.astype(np.float32), blocks)

    def vectors(self, vocabulary: Vocabulary) -> csr_matrix:
        """The vector of each text, as ``Vocabulary.vector`` makes it of one."""
        columns = vocabulary.columns(self.names, len(self.names))[self.terms]
        is_known = columns >= 0
        columns = columns[is_known]
        block = np.repeat(np.arange(self.lengths.size), self.lengths.ravel())[is_known]
        texts, blocks = self.lengths.shape
        values = vocabulary.values(columns, self.times[is_known], block, texts)
        ends = np.bincount(block // blocks, minlength=texts).cumsum()
        shape = (texts, len(vocabulary.weights))
        return csr_matrix((values, columns, np.concatenate(([0], ends))), shape, dtype=np.float32)
