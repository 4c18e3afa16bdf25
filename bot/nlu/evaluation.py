"""How well messages are understood: ``python -m bot.nlu.evaluation [training [test]]``.

Out-of-fold figures tell how the classifier does on what it has never seen anything like; those
on the test set, how it does on usual phrasings, which resemble the training data. Thresholds are
chosen on the former.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold

from bot.nlu.learning import FOLDS, learn, sharpness_of
from bot.nlu.linear_model import LinearModel, softmax
from bot.nlu.ngrams import Floats
from bot.nlu.normalization import normalize
from bot.nlu.reading import EVIDENCE, read

SERVICES = sorted(EVIDENCE)
GRID = [(threshold, gap) for threshold in (0.0, 0.3, 0.35, 0.4, 0.5) for gap in (0.0, 0.05, 0.1)]
_MOST_PAIRS = 15


class Example(NamedTuple):
    """A message and what it means."""

    text: str
    intent: str


class Guessed(NamedTuple):
    """What the classifier makes of each message."""

    intents: Sequence[str]
    confidences: Floats
    gaps: Floats
    """How far the second guess is behind."""


def examples_in(directory: Path, names: str = "*.yml") -> Iterator[Example]:
    """The examples of all files of training data in a directory, or of those with such names."""
    for path in sorted(directory.glob(names)):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if line.strip():
                    yield Example(line.strip().removeprefix("- "), block["intent"])


def out_of_fold(examples: Sequence[Example]) -> Guessed:
    """Guess each example by a model that was trained without it."""
    intents = [one.intent for one in examples]
    names = sorted(set(intents))
    folds = min(FOLDS, *Counter(intents).values())
    if folds < 2 or len(names) < 2:
        raise ValueError("Every intent needs two examples at least, and there must be two intents.")
    splitter = StratifiedKFold(folds, shuffle=True, random_state=0)
    scores = np.zeros((len(examples), len(names)), dtype=np.float32)
    for kept, left_out in splitter.split(intents, intents):
        model = _model_of([examples[at] for at in kept])
        for at in left_out:
            scores[at] = model.scores(normalize(examples[at].text))
    return _guessed(softmax(scores, sharpness_of(scores, intents, names)), names)


def _model_of(examples: Sequence[Example]) -> LinearModel:
    return learn([normalize(one.text) for one in examples], [one.intent for one in examples])


def on_test_set(training: Sequence[Example], test: Sequence[Example]) -> Guessed:
    """Guess the test set by a model of all training data, as a customer meets it."""
    model = _model_of(training)
    rankings = [read(model, one.text).ranking for one in test]
    first = np.array([ranking[0].confidence for ranking in rankings], dtype=np.float32)
    second = np.array([ranking[1].confidence for ranking in rankings], dtype=np.float32)
    return Guessed([ranking[0].intent for ranking in rankings], first, first - second)


def report(title: str, examples: Sequence[Example], guessed: Guessed) -> Iterator[str]:
    """Accuracy, what the thresholds cost and spare, and the most confused pairs."""
    right = np.array([one.intent for one in examples])
    said = np.array(guessed.intents)
    yield f"{title}: {len(examples)} messages, accuracy {(right == said).mean():.3f}"
    yield "threshold  ambiguity  right  service refused  wrong service  out of scope as service"
    service, said_service = np.isin(right, SERVICES), np.isin(said, SERVICES)
    foreign = right == "out_of_scope"
    for threshold, gap in GRID:
        answered = (guessed.confidences >= threshold) & (guessed.gaps >= gap)
        wrong = answered & said_service & (said != right)
        figures = (
            (answered & (said == right)).mean(),
            (service & ~answered).sum() / max(1, service.sum()),
            (service & wrong).sum() / max(1, service.sum()),
            (foreign & wrong).sum() / max(1, foreign.sum()),
        )
        columns = zip(("{:7.3f}", "{:17.3f}", "{:15.3f}", "{:25.3f}"), figures, strict=True)
        row = "".join(form.format(figure) for form, figure in columns)
        yield f"{threshold:9.2f}{gap:11.2f}{row}"
    pairs = Counter(pair for pair in zip(right, said, strict=True) if pair[0] != pair[1])
    yield from (f"{n:4d}  {a} taken for {b}" for (a, b), n in pairs.most_common(_MOST_PAIRS))


def _guessed(shares: Floats, labels: Sequence[str]) -> Guessed:
    best = np.sort(shares, axis=1)[:, ::-1]
    intents = [labels[place] for place in shares.argmax(axis=1)]
    return Guessed(intents, best[:, 0], best[:, 0] - best[:, 1])


def main(arguments: Sequence[str]) -> None:
    """Print the figures of the project's data, or of other directories."""
    given = [Path(one) for one in arguments]
    training = list(examples_in(given[0] if given else Path("data/nlu")))
    test = list(examples_in(given[1] if len(given) > 1 else Path("tests/nlu")))
    known = {normalize(one.text) for one in training}
    unseen = [one for one in test if normalize(one.text) not in known]
    for lines in (
        report("Out of fold", training, out_of_fold(training)),
        report("Test set", test, on_test_set(training, test)),
        report("Test set without what training has", unseen, on_test_set(training, unseen)),
    ):
        sys.stdout.writelines(f"{line}\n" for line in (*lines, ""))


if __name__ == "__main__":
    main(sys.argv[1:])
