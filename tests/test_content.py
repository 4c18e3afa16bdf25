"""What designers edit is whole: intents with examples, replies that exist and can be filled."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.replies import InvalidReplies, load, replies
from actions.services import SERVICES

ROOT = Path(__file__).parent.parent
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
SERVICE_INTENTS = {service.intent for service in SERVICES}
NOT_LEARNT = {"nlu_fallback"}
INTENTS = sorted(set(DOMAIN["intents"]) - NOT_LEARNT)
TEXTS: dict[str, list[dict[str, Any]]] = {**DOMAIN["responses"], **replies()}
PIECES = ("choice_", "label_", "line_", "hint_", "state_", "outcome_", "consent_")


def examples(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in folder.glob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ") for line in block["examples"].splitlines()]
            found.setdefault(block["intent"], []).extend(lines)
    return found


TRAINING = examples(ROOT / "data" / "nlu")


def variables(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def spoken_by_actions() -> set[str]:
    """Names of replies in the code: plain, and made of a fixed start and a known end."""
    names: set[str] = set()
    for path in [*(ROOT / "actions").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]:
        code = path.read_text(encoding="utf-8")
        names |= set(re.findall(r'"((?:say|ask|choice|line|label|hint|state|consent)_\w+)"', code))
    made = {f"label_{service.name}" for service in SERVICES} | {"label_handoff"}
    not_replies = {"ask_customer_code"}  # an intent
    asked = {"ask_document", "ask_birth_date", "ask_company_number"}
    return (
        (names - not_replies)
        | made
        | asked
        | {name for name in TEXTS if name.startswith("outcome_")}
    )


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_enough_examples_of_its_own(intent: str) -> None:
    wanted = 200 if intent == "out_of_scope" else 60 if intent in SERVICE_INTENTS else 30
    assert len(TRAINING[intent]) >= wanted


def test_no_example_is_written_twice() -> None:
    """Neither in one intent, where it teaches nothing more, nor in two, where it teaches both."""
    written = Counter(text.casefold().strip() for texts in TRAINING.values() for text in texts)
    assert not [text for text, times in written.items() if times > 1]


def test_every_reply_that_is_spoken_exists_and_every_reply_is_spoken() -> None:
    spoken = spoken_by_actions()
    assert spoken - set(replies()) == set()
    assert set(replies()) - spoken == set()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_all_variations_of_a_reply_use_variables_that_the_others_know(name: str) -> None:
    known = [variables(one["text"]) for one in TEXTS[name]]
    every = set().union(*known)
    common = {"protocol", "distributor_name", "distributor_site", "distributor_phone"}
    optional = every - set.intersection(*known) - common
    assert not optional or name in {"say_handoff_closed"}, f"only in some: {optional}"


@pytest.mark.parametrize("name", sorted(n for n in TEXTS if not n.startswith(PIECES)))
def test_what_people_meet_repeatedly_is_worded_in_more_than_one_way(name: str) -> None:
    texts = [one["text"] for one in TEXTS[name]]
    assert len(set(texts)) == len(texts) >= 3


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_voice(name: str) -> None:
    for one in TEXTS[name]:
        text = one["text"]
        assert len(text) <= 1024, "fits every channel"
        emoji = re.findall(r"[\U0001F300-\U0001FAFF]", text)
        assert len(emoji) <= 1
        assert (
            not re.search(r"\b(senha|cartão)\b", text)
            or "nunca" in text.lower()
            or ("não" in text.lower())
        )


def test_buttons_fit_every_channel_and_name_intents_that_exist() -> None:
    for name, variations in TEXTS.items():
        for button in [b for one in variations for b in one.get("buttons", [])]:
            assert len(button["title"]) <= 24, name
            assert button["payload"].lstrip("/").partition("{")[0] in INTENTS, name
    for name, variations in replies().items():
        if name.startswith("choice_"):
            assert len(variations[0]["text"]) <= 24, name


def test_services_have_labels_that_fit_a_button() -> None:
    assert all(len(TEXTS[service.label][0]["text"]) <= 24 for service in SERVICES)


def test_a_file_of_replies_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("replies:\n  say_x:\n    - txt: oi\n", encoding="utf-8")
    with pytest.raises(InvalidReplies, match=r"a\.yml: 'say_x' needs a list"):
        load(tmp_path)
    (tmp_path / "a.yml").write_text("oi", encoding="utf-8")
    with pytest.raises(InvalidReplies, match="needs 'replies:'"):
        load(tmp_path)
    (tmp_path / "a.yml").write_text(json.dumps({"replies": {"x": [{"text": "1"}]}}))
    (tmp_path / "b.yml").write_text(json.dumps({"replies": {"x": [{"text": "2"}]}}))
    with pytest.raises(InvalidReplies, match="another file already"):
        load(tmp_path)
