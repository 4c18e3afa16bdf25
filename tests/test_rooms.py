"""Imports point one way: who may import whom, as docs/architecture.md says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ROOMS: dict[str, set[str]] = {
    "settings": set(),
    "billing": set(),
    "records": set(),
    "billing_api": {"billing"},
    "attendance": {"records"},
    "mail": {"records"},
    "channels": set(),
    "actions": {"attendance", "billing", "mail", "records", "settings"},
    "bot": {"actions", "attendance", "billing", "channels", "mail", "records", "settings"},
}

RASA = {"rasa", "rasa_sdk"}
MAY_IMPORT_RASA = {"bot", "actions"}


def files_of(room: str) -> list[Path]:
    single = ROOT / f"{room}.py"
    return [single] if single.exists() else sorted((ROOT / room).rglob("*.py"))


def imported_by(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    allowed = ROOMS[room] | {room}
    for path in files_of(room):
        strangers = (imported_by(path) & set(ROOMS)) - allowed
        assert not strangers, f"{path.relative_to(ROOT)} may not import {sorted(strangers)}"


@pytest.mark.parametrize("room", sorted(set(ROOMS) - MAY_IMPORT_RASA))
def test_only_bot_and_actions_know_rasa(room: str) -> None:
    for path in files_of(room):
        assert not imported_by(path) & RASA, path.relative_to(ROOT)


def test_every_room_is_on_the_list() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests", "lean", "benchmarks"} <= set(ROOMS)
