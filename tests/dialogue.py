"""Plays written dialogues against the assistant: the trained model, with every action executed.

A dialogue is a YAML file in ``tests/dialogues/<service>/``; ``docs/guia-do-designer.md`` explains
its words, which are Portuguese because conversation designers write it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

DIRECTORY = Path(__file__).parent / "dialogues"

STEP_KEYS = {
    "cliente", "escolhe", "espera", "sistema", "clara", "diz", "não_diz", "botões", "copia",
    "anexos", "confirma_email",
}  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """What Clara answered to one step."""

    names: list[str]  # of the replies, in the order they were said
    text: str
    choices: list[str]  # titles
    copyables: list[str]
    attachments: list[str]  # media types


class Player(Protocol):
    """Someone who can talk to Clara for a dialogue, over whichever channel."""

    async def write(self, text: str) -> Reply:
        """Send a text."""

    async def pick(self, title: str) -> Reply:
        """Pick what was offered under this title."""

    def wait(self, minutes: int) -> None:
        """Let time pass."""

    def billing(self, works: bool) -> None:
        """Break or mend the billing system."""

    async def confirm_email(self) -> None:
        """Click the link in the newest confirmation mail."""


@dataclass(frozen=True)
class Dialogue:
    """One file."""

    path: Path
    title: str
    customer: str | None
    steps: list[dict[str, Any]]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """How pytest names it."""
        return str(self.path.relative_to(DIRECTORY).with_suffix(""))


def dialogues() -> list[Dialogue]:
    """Every dialogue, in the order of their paths."""
    return [_read(path) for path in sorted(DIRECTORY.glob("*/*.yml"))]


def _read(path: Path) -> Dialogue:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for step in content["conversa"]:
        unknown = set(step) - STEP_KEYS
        assert not unknown, f"{path.name}: {unknown} não é uma palavra dos diálogos"
    return Dialogue(path, content["título"], content.get("pessoa"), content["conversa"])


async def play(dialogue: Dialogue, player: Player, facts: dict[str, Any]) -> None:
    """Play all steps; an assertion says which one went otherwise, and how."""
    for number, step in enumerate(dialogue.steps, start=1):
        where = f"{dialogue.id}, passo {number}"
        if "espera" in step:
            player.wait(int(re.match(r"\d+", str(step["espera"])).group()))  # type: ignore[union-attr]
        elif "sistema" in step:
            player.billing(works=step["sistema"] == "no ar")
        elif "confirma_email" in step:
            await player.confirm_email()
        elif "escolhe" in step:
            _check(where, step, await player.pick(_fill(step["escolhe"], facts)), facts)
        else:
            _check(where, step, await player.write(_fill(step["cliente"], facts)), facts)


def _fill(text: Any, facts: dict[str, Any]) -> str:
    return str(text).format(**facts)


def _check(where: str, step: dict[str, Any], reply: Reply, facts: dict[str, Any]) -> None:
    told = f"{where}\nrespostas: {reply.names}\ntexto: {reply.text}\nbotões: {reply.choices}"
    if "clara" in step:
        assert _without_openings(reply.names, step["clara"]) == step["clara"], told
    assert reply.text or reply.attachments or reply.copyables, f"{told}\nnada foi dito"
    for words in _listed(step.get("diz")):
        assert _fill(words, facts) in reply.text, f"{told}\nfalta: {_fill(words, facts)}"
    for words in _listed(step.get("não_diz")):
        assert _fill(words, facts) not in reply.text, f"{told}\nsobra: {_fill(words, facts)}"
    for title in _listed(step.get("botões")):
        assert _fill(title, facts) in reply.choices, f"{told}\nfalta o botão: {title}"
    if "copia" in step:
        wanted = [_fill(text, facts) for text in _listed(step["copia"])]
        assert reply.copyables == wanted, f"{told}\npara copiar: {reply.copyables}"
    if "anexos" in step:
        assert reply.attachments == _listed(step["anexos"]), f"{told}\nanexos: {reply.attachments}"


def _without_openings(names: list[str], wanted: list[str]) -> list[str]:
    """Attendances and services are opened the same way; only dialogues about that mention it."""
    openings = {"say_session_started", "say_begun"}
    return [name for name in names if name not in openings or name in wanted]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
