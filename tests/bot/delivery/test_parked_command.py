"""``python -m bot parked``, as an operator types it: what got stuck, and nobody's data."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine as Records

from bot import logs
from bot.__main__ import main
from bot.delivery import holds, parked
from bot.delivery.house import Delivery
from records.tables import outbox
from tests.assistant import environment
from tests.bot.delivery.conftest import BIA, message, until
from tests.bot.delivery.provider import Provider
from tests.bot.scripted import ScriptedEngine

SAID = "meu CPF é 529.982.247-25, meu e-mail maria.pantoja@exemplo.com.br, sou a Maria Pantoja"
ANSWERED = "Obrigada, Maria. O código da sua conta é 3001234567."
DATA = (
    "529.982",
    "982.247",
    "247-25",
    "maria",
    "Maria",
    "Pantoja",
    "exemplo",
    "3001234567",
    "ana",
    "bia",
)


class Operator:
    """Types commands at the terminal of the machine that Clara runs on."""

    def __init__(self, records: Records, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._url = records.url.render_as_string(hide_password=False)
        self._data = data
        self._capsys = capsys

    async def types(self, *arguments: str, fails: bool = False) -> str:
        """What is printed; a command that fails says so by its exit code."""
        self._capsys.readouterr()
        code = await asyncio.to_thread(self._run, arguments)
        assert bool(code) == fails
        printed = self._capsys.readouterr()
        assert not [
            word for word in DATA if re.search(rf"\b{re.escape(word)}\b", printed.out + printed.err)
        ]
        return printed.out

    def _run(self, arguments: tuple[str, ...]) -> int:
        with environment(CLARA_DATA_DIR=str(self._data), CLARA_RECORDS_URL=self._url):
            return main(["parked", *arguments])


@pytest.fixture
def operator(records: Records, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Operator:
    logs.configure("ERROR")  # what delivery logs meanwhile goes where a server's log goes
    return Operator(records, tmp_path, capsys)


async def park_a_message(delivery: Delivery, scripted: ScriptedEngine, records: Records) -> str:
    """One whose turn keeps failing; returns what it is listed by."""
    scripted.script[SAID] = [ValueError("boom")] * 3
    await delivery.conversations.accept(message(SAID))
    await until(lambda: parked.listed(records))
    return parked.listed(records)[0].id


async def park_a_call(
    delivery: Delivery, scripted: ScriptedEngine, records: Records, provider: Provider
) -> str:
    """One that the provider will never take; returns what it is listed by."""
    scripted.script["oi"] = [[{"text": ANSWERED}]]
    provider.outcomes.append(400)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: parked.listed(records))
    return parked.listed(records)[0].id


async def test_where_nothing_is_parked_it_says_so(operator: Operator) -> None:
    assert await operator.types("list") == "Nada parado.\n"


async def test_a_parked_message_is_listed_shown_masked_and_tried_again(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records,
    operator: Operator,
) -> None:  # fmt: skip
    id_ = await park_a_message(delivery, scripted, records)
    heading, line = (await operator.types("list")).splitlines()
    assert heading.split() == ["item", "desde", "canal", "tentativas", "motivo"]
    assert re.fullmatch(
        rf"{id_} +\d\d/\d\d/\d{{4}} \d\d:\d\d +courier +3  ValueError", line
    ), line  # fmt: skip

    shown = await operator.types("show", id_)
    assert "motivo:     ValueError" in shown
    assert "texto:      meu C•• é •••, meu e-mail m••••@e••••.com.br, sou a M•••• P••••" in shown

    told = await operator.types("retry", id_)
    assert told == f"{id_} será tentado de novo em alguns segundos.\n"
    await provider.until(lambda: f"eco: {SAID}" in provider.said_to("ana"))
    assert await operator.types("list") == "Nada parado.\n"


async def test_a_parked_call_is_shown_without_the_customer_s_name_and_codes(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records,
    operator: Operator,
) -> None:  # fmt: skip
    id_ = await park_a_call(delivery, scripted, records, provider)
    shown = await operator.types("show", id_)
    assert "motivo:     HTTP 400" in shown
    assert "M••••" in shown
    await operator.types("retry", id_)
    await provider.until(lambda: provider.said_to("ana") == [ANSWERED])


async def test_what_is_dropped_is_gone(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records,
    operator: Operator,
) -> None:  # fmt: skip
    id_ = await park_a_call(delivery, scripted, records, provider)
    assert await operator.types("drop", id_) == f"{id_} foi descartado.\n"
    assert await operator.types("list") == "Nada parado.\n"
    with records.begin() as connection:
        assert connection.execute(select(outbox.c.state)).scalar_one() == "dropped"


async def test_a_refused_account_is_listed_and_tried_at_once(
    delivery: Delivery, provider: Provider, records: Records, operator: Operator
) -> None:
    provider.outcomes.append(401)
    await delivery.conversations.accept(message("oi", sender=BIA))
    await until(lambda: holds.all_holds(records))
    assert "conta-courier/1" in await operator.types("list")
    assert "motivo:     HTTP 401" in await operator.types("show", "conta-courier/1")
    await operator.types("retry", "conta-courier/1")
    await provider.until(lambda: provider.said_to("bia") == ["eco: oi"])


@pytest.mark.parametrize("action", ["show", "retry", "drop"])
async def test_what_is_not_parked_is_told_with_what_to_type_instead(
    operator: Operator, action: str
) -> None:
    told = await operator.types(action, "envio-999", fails=True)
    assert told == "Não há envio-999 parado: veja `python -m bot parked list`.\n"


async def test_records_that_were_never_prepared_are_told_with_how_to_mend_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(CLARA_DATA_DIR=str(tmp_path)):
        assert main(["parked", "list"]) == 1
    assert "python -m bot prepare" in capsys.readouterr().out
