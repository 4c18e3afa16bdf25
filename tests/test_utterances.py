"""The utterances held apart are enough, of every register, and never trained on."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from actions.services import SERVICES

ROOT = Path(__file__).parent.parent
SERVICE_INTENTS = {service.intent for service in SERVICES}
REFERRALS = {
    "report_outage", "dispute_bill", "request_reconnection", "request_installments",
    "other_utility_service", "check_protocol",
}  # fmt: skip


class Utterance(NamedTuple):
    """What somebody may write, and what it means."""

    text: str
    intent: str
    file: str

    @property
    def register(self) -> str:
        """How it is written, by the name of its file: "services_messy.yml"."""
        return Path(self.file).stem.rpartition("_")[2]


def utterances(directory: Path) -> Iterator[Utterance]:
    for path in sorted(directory.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if text := line.removeprefix("- ").strip():
                    yield Utterance(text, block["intent"], path.name)


HELD_APART = list(utterances(ROOT / "tests" / "nlu"))


def essence(text: str) -> str:
    """Letters and digits alone, in one case and without accents; all of it if there is none."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if char.isalnum()) or text


def wanted(intent: str) -> int:
    """How many utterances it takes to measure an intent."""
    if intent == "out_of_scope":
        return 300
    if intent in SERVICE_INTENTS or intent in {"choose_option", "inform"}:
        return 100
    return 55 if intent.startswith("ask_") or intent in REFERRALS else 45


INTENTS = [
    intent
    for intent in yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    if intent != "nlu_fallback"
]


def test_they_are_many() -> None:
    assert len(HELD_APART) >= 2_200


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_can_be_measured(intent: str) -> None:
    assert sum(one.intent == intent for one in HELD_APART) >= wanted(intent)


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_is_said_in_both_registers(intent: str) -> None:
    said = Counter(one.register for one in HELD_APART if one.intent == intent)
    assert set(said) == {"clean", "messy"}
    assert min(said.values()) >= 20


def test_none_is_written_twice() -> None:
    times = Counter(essence(one.text) for one in HELD_APART)
    assert [one for one in HELD_APART if times[essence(one.text)] > 1] == []


def test_none_is_trained_on() -> None:
    trained = {essence(one.text) for one in utterances(ROOT / "data" / "nlu")}
    both = [f"{one.file}: {one.text}" for one in HELD_APART if essence(one.text) in trained]
    assert both == [], "write another in its place in tests/nlu; the training data stays"
