"""Conversations without end, made from the rules' intents and the training examples."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.equivalence.actions import DOMAIN

SERVICES = [
    "request_duplicate_invoice", "request_barcode", "request_pix", "check_debts",
    "subscribe_email_invoice", "change_invoice_email", "report_payment",
]  # fmt: skip
ANSWERS = ["inform", "affirm", "deny", "choose_option", "correct_information", "nlu_fallback"]


def conversation(seed: str) -> Iterator[str]:
    """Messages, most of them within forms: commands, examples, and examples misspelt."""
    chance = random.Random(seed)
    examples = _examples()
    while True:
        kind = chance.random()
        if kind < 0.15:
            yield _command(chance, chance.choice(SERVICES))
        elif kind < 0.55:
            yield _command(chance, chance.choice(ANSWERS))
        elif kind < 0.7:
            yield _command(chance, chance.choice(DOMAIN["intents"]))
        else:
            example = chance.choice(examples)
            yield _misspelt(chance, example) if kind < 0.85 else example


def commands(seed: str, domain: dict[str, Any]) -> Iterator[str]:
    """Commands only, half of them twice in a row, as people insist."""
    chance = random.Random(seed)
    while True:
        command = f"/{chance.choice(domain['intents'])}"
        if chance.random() < 0.3:
            command += json.dumps({chance.choice(domain["entities"]): str(chance.randrange(3))})
        yield from [command] * chance.choice([1, 1, 1, 2, 3])


def _command(chance: random.Random, intent: str) -> str:
    if chance.random() < 0.6:
        return f"/{intent}"
    entity = chance.choice(DOMAIN["entities"])
    return f"/{intent}{json.dumps({entity: str(chance.randrange(100))})}"


def _misspelt(chance: random.Random, text: str) -> str:
    letters = list(text)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(letters))
        letters[at] = chance.choice(["", letters[at] * 2, chance.choice("aeiosrt ")])
    return "".join(letters).strip() or "?"


@cache
def _examples() -> list[str]:
    found = []
    for path in sorted(Path("data/nlu").glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = group.get("examples", "").splitlines() if "intent" in group else []
            found += [re.sub(r"\[(.*?)\](\(.*?\)|{.*?})", r"\1", line[2:]) for line in lines]
    return [example for example in found if example]
