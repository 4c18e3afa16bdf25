"""The figures of the understanding: the project's trained model, as a customer meets it."""

from __future__ import annotations

import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import yaml

from bot.nlu.entities.extraction import extract
from bot.nlu.evaluation import SERVICES, examples_in
from bot.nlu.linear_model import LinearModel
from bot.nlu.reading import read

ROOT = Path(__file__).parents[2]
FLOORS = Path(__file__).with_name("floors.yml")
ENTITY_TABLE = ROOT / "tests" / "bot" / "nlu" / "entities.yml"
TODAY = date(2026, 5, 20)
"""The day on which the table of entities is read."""
_COMPONENT = "train_bot.nlu.intent_classifier.ClaraIntentClassifier0"


class Outcome(NamedTuple):
    """An utterance, what it means, and what is made of it."""

    text: str
    intent: str
    register: str
    """"clean" or "messy"."""
    said: str
    confidence: float
    second: str
    gap: float
    """How far the second guess is behind."""

    @property
    def is_right(self) -> bool:
        """Whether the likeliest intent is the one meant."""
        return self.said == self.intent


class Thresholds(NamedTuple):
    """Below either, Clara asks back."""

    confidence: float
    ambiguity: float
    between_services: float


class EntityRow(NamedTuple):
    """A text, the data in it, and those that are found; each "kind value"."""

    section: str
    text: str
    wanted: list[str]
    found: list[str]


def trained_model(archive: Path) -> LinearModel:
    """The classifier out of a model of the project's."""
    with TemporaryDirectory() as directory, tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if member.isfile() and f"/{_COMPONENT}/" in f"/{member.name}":
                name = Path(member.name).name
                source = tar.extractfile(member)
                assert source is not None
                (Path(directory) / name).write_bytes(source.read())
        return LinearModel.load(Path(directory))


def outcomes(model: LinearModel) -> list[Outcome]:
    """Every utterance of ``tests/nlu``, read."""
    found = []
    for register in ("clean", "messy"):
        for text, intent in examples_in(ROOT / "tests" / "nlu", f"*_{register}.yml"):
            first, second, *_ = read(model, text).ranking
            gap = first.confidence - second.confidence
            guessed = (first.intent, first.confidence, second.intent, gap)
            found.append(Outcome(text, intent, register, *guessed))
    return found


def thresholds() -> Thresholds:
    """Those of ``config.yml``."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    [fallback] = [one for one in config["pipeline"] if one["name"].endswith("ServiceDoubt")]
    names = ("threshold", "ambiguity_threshold", "between_services")
    return Thresholds(*(fallback[name] for name in names))


def shares(found: Sequence[Outcome], limits: Thresholds) -> dict[str, float]:
    """The figures that have floors or ceilings, each a share from 0 to 1."""
    by_register = {name: [one for one in found if one.register == name] for name in _REGISTERS}
    services = [one for one in found if one.intent in SERVICES]
    foreign = [one for one in found if one.intent == "out_of_scope"]
    return {
        **{f"{name} accuracy": _share(one.is_right for one in by_register[name])
           for name in _REGISTERS},
        "service refused": _share(not _is_answered(one, limits) for one in services),
        "wrong service": _share(_is_wrong_service(one, limits) for one in services),
        "out of scope as service": _share(_is_wrong_service(one, limits) for one in foreign),
    }  # fmt: skip


_REGISTERS = ("clean", "messy")


def entity_rows() -> Iterator[EntityRow]:
    """The written table of data, with what is found."""
    table = yaml.safe_load(ENTITY_TABLE.read_text(encoding="utf-8"))
    for section, rows in table.items():
        for text, wanted in rows.items():
            found = [f"{one.kind} {one.value}" for one in extract(text, TODAY)]
            named = [part.strip() for part in (wanted or "").split(";") if part.strip()]
            yield EntityRow(section, text, named, found)


def precision_and_recall(found: Sequence[Outcome]) -> dict[str, tuple[int, float, float]]:
    """For each intent: utterances, precision, recall."""
    meant = Counter(one.intent for one in found)
    said = Counter(one.said for one in found)
    right = Counter(one.intent for one in found if one.is_right)
    return {
        intent: (count, right[intent] / max(1, said[intent]), right[intent] / count)
        for intent, count in sorted(meant.items())
    }


def confusions(found: Sequence[Outcome]) -> dict[str, Counter[str]]:
    """For each intent, how often each one was said."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        table[one.intent][one.said] += 1
    return dict(sorted(table.items()))


def _is_answered(one: Outcome, limits: Thresholds) -> bool:
    is_between_services = {one.said, one.second} <= set(SERVICES)
    distance = limits.between_services if is_between_services else limits.ambiguity
    return one.confidence >= limits.confidence and one.gap >= distance


def _is_wrong_service(one: Outcome, limits: Thresholds) -> bool:
    return one.said in SERVICES and not one.is_right and _is_answered(one, limits)


def _share(truths: Iterator[bool]) -> float:
    known = list(truths)
    return sum(known) / max(1, len(known))
