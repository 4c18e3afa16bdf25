"""An engine that says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy.engine import Connection

from bot.answering import Answer, Response, Saying, Turn


class ScriptedEngine:
    """Echoes; ``script`` overrides what it says to a text, an exception is raised.

    While ``gate`` is closed, turns wait for it.
    """

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.script: dict[str, list[Any]] = {}
        self.state = ScriptedState()
        self.gate = asyncio.Event()
        self.gate.set()
        self.started = asyncio.Event()

    @property
    def heard(self) -> list[str]:
        return [turn.text for turn in self.turns]

    async def turn(self, turn: Turn) -> Answer:
        self.turns.append(turn)
        self.started.set()
        await self.gate.wait()
        outcomes = self.script.get(turn.text)
        outcome: Any = outcomes.pop(0) if outcomes else [{"text": f"eco: {turn.text}"}]
        if isinstance(outcome, Exception):
            raise outcome
        said = [_worded(turn.preface)] if turn.preface else []
        return Answer([*said, *outcome], self.state)

    async def say(self, conversation: str, channel: str, saying: Saying) -> Answer:
        return Answer([_worded(saying)], self.state)


class ScriptedState:
    """Remembers what was done with it; ``refusals`` are raised, one each time it is stored."""

    def __init__(self) -> None:
        self.refusals: list[Exception] = []
        self.stored = 0
        self.kept = 0

    def store(self, connection: Connection) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.stored += 1

    def keep(self) -> None:
        self.kept += 1


def _worded(saying: Saying) -> Response:
    return {"text": f"{saying.response} {saying.slots.get('protocol', '')}".strip()}
