"""The ablation table: the whole understanding, then without one of its parts at a time.

Out of fold: a third of the training data, guessed by a model of the other two. Clean and messy:
the utterances of ``tests/nlu``, by their files' names. Times are of this machine, as ratios to
the whole.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from sklearn.model_selection import StratifiedKFold

from bot.nlu import reading
from bot.nlu.aligned_text import fold
from bot.nlu.evaluation import Example, examples_in
from bot.nlu.learning import FOLDS, learn
from bot.nlu.linear_model import LinearModel
from bot.nlu.ngrams import BLOCKS, Blocks
from bot.nlu.normalization import normalize
from bot.nlu.reading import read

TRAINING, HELD_APART = Path("data/nlu"), Path("tests/nlu")


@dataclass(frozen=True)
class Variant:
    """An understanding that lacks something."""

    name: str
    blocks: Blocks = BLOCKS
    normalize: Callable[[str], str] = normalize
    with_typing_noise: bool = True
    with_reading: bool = True
    """Whether courtesies, hypothetical questions and the like are read, or only classified."""
    unread: str = ""
    """A function of ``bot.nlu.reading`` that finds nothing."""

    def train(self, examples: Sequence[Example]) -> LinearModel:
        """The model of these examples."""
        return learn(
            [self.normalize(one.text) for one in examples],
            [one.intent for one in examples],
            blocks=self.blocks,
            with_typing_noise=self.with_typing_noise,
        )

    def guess(self, model: LinearModel, text: str) -> str:
        """The likeliest intent."""
        if self.with_reading and self.normalize is normalize:
            with self._unread():
                return read(model, text).ranking[0].intent
        return model.labels[int(model.probabilities(self.normalize(text)).argmax())]

    def _unread(self) -> AbstractContextManager[object]:
        if not self.unread:
            return nullcontext()
        return patch.object(reading, self.unread, lambda *_: None)


class Figures(NamedTuple):
    """Shares of messages understood, seconds of training, milliseconds a message."""

    out_of_fold: float
    clean: float
    messy: float
    training: float
    message: float


def variants() -> Iterator[Variant]:
    """The whole, then each part left out."""
    yield Variant("everything")
    for place, (block, _) in enumerate(BLOCKS):
        left = [*BLOCKS[:place], *BLOCKS[place + 1 :]]
        yield Variant(f"without {block.__name__.strip('_')}", blocks=left)
    yield Variant("pieces of words only", blocks=BLOCKS[:1])
    yield Variant("without typing noise", with_typing_noise=False)
    yield Variant("without second requests", unread="_both_of_two")
    yield Variant("without reading", with_reading=False)
    yield Variant("without normalisation and reading", normalize=_folded)


def measure(variant: Variant, training: Sequence[Example]) -> Figures:
    """The figures of one variant."""
    clean, messy = (list(examples_in(HELD_APART, f"*_{kind}.yml")) for kind in ("clean", "messy"))
    start = time.process_time()
    model = variant.train(training)
    trained = time.process_time()
    shares = [_right(variant, model, examples) for examples in (clean, messy)]
    done = time.process_time()
    return Figures(
        _out_of_fold(variant, training),
        *shares,
        trained - start,
        (done - trained) / (len(clean) + len(messy)) * 1000,
    )


def _right(variant: Variant, model: LinearModel, examples: Sequence[Example]) -> float:
    return float(np.mean([variant.guess(model, one.text) == one.intent for one in examples]))


def _out_of_fold(variant: Variant, examples: Sequence[Example]) -> float:
    intents = [one.intent for one in examples]
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    kept, left_out = next(iter(splitter.split(intents, intents)))
    model = variant.train([examples[at] for at in kept])
    return _right(variant, model, [examples[at] for at in left_out])


def _folded(text: str) -> str:
    return " ".join(fold(text).text.split())


def main(names: Sequence[str]) -> None:
    """Print the table, of all variants or of those whose names are given."""
    training = list(examples_in(TRAINING))
    print(f"{len(training)} examples")
    print("| | out of fold | clean | messy | training | message |\n|---|---|---|---|---|---|")
    whole: Figures | None = None
    for variant in variants():
        if names and variant.name not in names:
            continue
        found = measure(variant, training)
        whole = whole or found
        print(
            f"| {variant.name} | {found.out_of_fold:.3f} | {found.clean:.3f} | {found.messy:.3f} "
            f"| {found.training / whole.training:.2f} | {found.message / whole.message:.2f} |",
            flush=True,
        )
    if whole:
        print(f"1.00 is {whole.training:.1f} s of training, {whole.message:.2f} ms a message")


if __name__ == "__main__":
    main(sys.argv[1:])
