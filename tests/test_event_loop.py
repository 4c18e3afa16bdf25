"""Nothing that blocks runs on the event loop while customers are answered."""

from __future__ import annotations

import asyncio
import traceback
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.assistant import Company, DirectPlayer, facts_of

JOURNEYS = {
    "bill": ["oi", "quero a segunda via", "{cpf}", "{nascimento}", "e o código de barras?", "pix"],
    "e-mail": ["quero a conta por e-mail", "{cpf}", "{nascimento}", "sim", "sim"],
    "person": ["quero falar com uma pessoa", "obrigado", "tchau"],
}


@pytest.mark.parametrize("journey", JOURNEYS)
async def test_no_sql_on_the_loop(journey: str, tmp_path: Path) -> None:
    on_the_loop: list[str] = []

    def note(*_: Any) -> None:
        stack = traceback.extract_stack()
        is_the_players = any(frame.name == "_reply" for frame in stack)
        if asyncio._get_running_loop() is not None and not is_the_players:
            on_the_loop.append("".join(traceback.format_list(stack[-30:])))

    async with Company.open(tmp_path) as company:
        facts = facts_of("maria", company)
        event.listen(Engine, "before_cursor_execute", note)
        try:
            with DirectPlayer(company) as player:
                for text in JOURNEYS[journey]:
                    await player.write(text.format_map(facts))
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    assert not on_the_loop, on_the_loop[0]
