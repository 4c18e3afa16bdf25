"""A normalised text as one sparse vector: sounds, pieces of words and sounds, concepts, outline.

The sounds forgive spelling by ear and their pairs keep order ("não quero"), the pieces forgive
typing errors, what runs over the spaces forgives joined and split words, the concepts carry over
to words that no example has, and the outline tells what is wanted of what. Each block is scaled to
a length of its own, so that none drowns the others in a short or a long message. The words as
written are no block: they say nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from bot.nlu.concepts import concepts_in
from bot.nlu.outline import runs
from bot.nlu.phonetics import skeleton, sound

Floats = npt.NDArray[np.float32]

Block = Callable[[Sequence[str]], Iterator[str]]
Blocks = Sequence[tuple[Block, float]]
"""What a text is seen as, with the weight of each."""

PIECE_LENGTHS = range(2, 6)
JOINED_LENGTH = 5


def terms(text: str, blocks: Blocks) -> Iterator[tuple[Counter[str], float]]:
    """The terms of each block with its weight; a term's first letter names its block."""
    words = text.split()
    return ((Counter(block(words)), weight) for block, weight in blocks)


def _sounds(words: Sequence[str]) -> Iterator[str]:
    return _singles_and_pairs("p", [sound(word) for word in words])


def _skeletons(words: Sequence[str]) -> Iterator[str]:
    return _singles_and_pairs("s", [skeleton(word) for word in words])


def _singles_and_pairs(name: str, words: Sequence[str]) -> Iterator[str]:
    yield from (f"{name} {word}" for word in words)
    yield from (f"{name} {left} {right}" for left, right in pairwise(words))


def _pieces(words: Sequence[str]) -> Iterator[str]:
    """Pieces of words, where a space is the beginning or the end of one."""
    for word in words:
        yield from _pieces_of_word(word)


@lru_cache(maxsize=50_000)
def _pieces_of_word(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(
        "c" + padded[start : start + length]
        for length in PIECE_LENGTHS
        for start in range(len(padded) - length + 1)
    )


def _joined_pieces(words: Sequence[str]) -> Iterator[str]:
    """Pieces of the text without its spaces."""
    joined = "".join(words)
    for start in range(len(joined) - JOINED_LENGTH + 1):
        yield f"j{joined[start : start + JOINED_LENGTH]}"


def _concepts(words: Sequence[str]) -> Iterator[str]:
    """Concepts, alone and with the length of the message: a lone "pode" is a yes."""
    size = _size(len(words))
    yield f"k{size}"
    for concept in dict.fromkeys(concepts_in(words)):
        yield f"k{concept}"
        yield f"k{concept} {size}"


def _outlines(words: Sequence[str]) -> Iterator[str]:
    return (f"o{run}" for run in runs(words))


def _size(count: int) -> str:
    if count <= 3:
        return str(count)
    if count <= 5:
        return "short"
    return "medium" if count <= 9 else "long"


BLOCKS: Blocks = (
    (_pieces, 1.0),
    (_sounds, 0.7),
    (_joined_pieces, 0.7),
    (_skeletons, 0.5),
    (_concepts, 0.5),  # 0.3 misses unseen words, 0.7 outvotes the words
    (_outlines, 0.7),
)
"""Each block earns its place in `benchmarks/language`; weights by cross-validation."""


class Vocabulary:
    """The terms that were seen in training and how much each tells (inverse frequency).

    Terms are found by their hashes: a hundred thousand strings are most of a model's memory. Two
    of them with the same 64 bits are less likely than a fault of the memory itself.
    """

    def __init__(self, known: Sequence[str], weights: Floats, blocks: Blocks = BLOCKS) -> None:
        """Take terms and their weights in the order of the columns."""
        self.blocks = blocks
        self.known = known
        self.weights = weights
        self._scales = np.array([scale for _, scale in blocks])
        hashes = _hashes(known, len(known))
        self._order = hashes.argsort().astype(np.int32)
        self._hashes = hashes[self._order]

    @classmethod
    def for_reading(cls, known: Sequence[str], weights: Floats) -> Vocabulary:
        """One that forgets the terms themselves: who only reads messages does not need them."""
        vocabulary = cls(known, weights)
        vocabulary.known = ()
        return vocabulary

    def columns(self, names: Iterable[str], number: int) -> npt.NDArray[np.int32]:
        """The columns of so many terms; -1 for those that are not known."""
        wanted = _hashes(names, number)
        places = np.searchsorted(self._hashes[:-1], wanted)
        return np.where(self._hashes[places] == wanted, self._order[places], np.int32(-1))

    def vector(self, text: str) -> tuple[npt.NDArray[np.int32], Floats]:
        """Columns and values of a text; unknown terms count for nothing."""
        counted = [block for block, _ in terms(text, self.blocks)]
        lengths = [len(block) for block in counted]
        number = sum(lengths)
        columns = self.columns(chain.from_iterable(counted), number)
        values = chain.from_iterable(block.values() for block in counted)
        times = np.fromiter(values, np.int32, number)
        is_known = columns >= 0
        block = np.repeat(np.arange(len(lengths)), lengths)[is_known]
        return columns[is_known], self.values(columns[is_known], times[is_known], block, 1)

    def values(
        self,
        columns: npt.NDArray[np.int32],
        times: npt.NDArray[np.int32],
        block: npt.NDArray[np.int64],
        texts: int,
    ) -> Floats:
        """What terms count that are so often in a block; blocks are numbered through all texts."""
        values = (1 + np.log(times)) * self.weights[columns].astype(float)
        scales = np.tile(self._scales, texts)
        squares = np.bincount(block, values**2, minlength=len(scales))
        return values * (scales / np.sqrt(np.maximum(squares, _TINY)))[block]


_TINY = 1e-30
"""In place of the length of a block that has nothing in it."""


def _hashes(names: Iterable[str], number: int) -> npt.NDArray[np.int64]:
    return np.fromiter(map(hash, names), np.int64, number)
