"""Whoever reports an error in the log, its message is not in it: it may quote anybody's data."""

from __future__ import annotations

import asyncio
import gc
import logging
from pathlib import Path

import pytest

import records
from bot import logs

SECRET = "/confirmar-email/of-somebody"


def refuse() -> None:
    raise ValueError(f"invalid url {SECRET}")


async def fail() -> None:
    refuse()


@pytest.mark.parametrize("name", ["a.library", "asyncio", "bot.web"])
def test_an_error_is_told_by_what_and_where_it_is(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO")
    try:
        refuse()
    except ValueError:
        logging.getLogger(name).exception("uncaught")
    told = capsys.readouterr().err
    assert "uncaught" in told
    assert "ValueError at" in told
    assert "test_logs.py" in told
    assert SECRET not in told


def test_a_command_on_the_records_tells_nothing_of_their_connections(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    logs.configure("INFO")
    engine = records.connect(f"sqlite:///{tmp_path}/records.db")
    records.migrate(engine)
    engine.dispose()
    assert "ool" not in capsys.readouterr().err


async def test_an_error_that_nobody_waited_for_is_told_in_the_same_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("INFO")
    asyncio.get_running_loop().set_exception_handler(logs.tell_of_fault)
    forgotten = asyncio.create_task(fail())
    await asyncio.wait([forgotten])
    del forgotten
    gc.collect()
    told = capsys.readouterr().err
    assert "loop.fault" in told
    assert "ValueError at" in told
    assert SECRET not in told
