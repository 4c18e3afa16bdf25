"""How many statements a turn makes; and that a wrong proof makes the same ones for anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.answering import Answer, Turn
from records.unit_of_work import UnitOfWork, current, unit_of_work
from tests.assistant import Company, facts_of

CONTROL = ("BEGIN", "PRAGMA")

AT_MOST = {
    "oi": 12,  # the first attendance of a conversation, and of the year
    "quero a segunda via": 4,
    "{cpf}": 4,
    "{nascimento}": 19,  # the proof, the bill, and all that is printed on it
    "obrigada": 2,
    "e o código de barras?": 7,
    "{codigo}": 13,  # the same bill again, by another proof
    "quanto eu devo": 7,
}


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What turns send to either database, but for what begins a transaction."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if current() and not statement.startswith(CONTROL):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


async def test_a_turn_makes_no_more_statements_than_it_needs(
    tmp_path: Path, statements: list[str]
) -> None:
    async with Company.open(tmp_path) as company:
        facts = facts_of("maria", company)
        for number, (text, most) in enumerate(AT_MOST.items()):
            statements.clear()
            await _turn(company, "c", number, text.format_map(facts))
            assert len(statements) <= most, "\n".join([text, *statements])


async def test_a_wrong_proof_makes_the_same_statements_whoever_it_is_of(
    tmp_path: Path, statements: list[str]
) -> None:
    made = {}
    async with Company.open(tmp_path) as company:
        for document in (facts_of("maria", company)["cpf"], "111.444.777-35"):
            for number, text in enumerate(("quero a segunda via", document, "01/02/1973")):
                statements.clear()
                await _turn(company, document, number, text)
            made[document] = statements[:]
    known, unknown = made.values()
    assert known == unknown
    assert any("holders" in statement for statement in known)


async def _turn(company: Company, conversation: str, number: int, text: str) -> None:
    """A turn that is stored, without a channel and what it needs to be delivered."""
    metadata = {"channel": "webchat", "address": "203.0.113.7"}
    with unit_of_work(f"{conversation} {number}") as unit:
        turn = Turn(conversation, "webchat", str(number), text, metadata)
        answer = await company.engine.turn(turn)
        await asyncio.to_thread(_store, company, answer, unit)
    answer.state.keep()


def _store(company: Company, answer: Answer, unit: UnitOfWork) -> None:
    with company.records.begin() as connection:
        answer.state.store(connection)
        unit.apply(connection)
