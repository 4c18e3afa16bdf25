# ruff: noqa: E402  # what is left out has to be left out before Rasa is imported
"""The player of our engine: a turn and its storing, in a process of its own."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import rasa_lean
import uvloop

from bot import logs
from settings import load

rasa_lean.leave_out(rasa_lean.NOT_SERVED)

import records
from actions.desk import billing_gateway, open_desk
from benchmarks.engine.playing import Plan, measure
from bot.answering import Answer, Turn
from bot.engine import Engine
from bot.server import THREADS
from records.unit_of_work import UnitOfWork, unit_of_work


async def main() -> None:
    """Play, and print the times as JSON."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    plan, settings = Plan.of_command_line(), load()
    database = records.connect(settings.records_url)
    open_desk(settings, database, billing_gateway(settings))
    engine = await Engine.load(Path(plan.model), Path("endpoints.yml"), database)

    def store(answer: Answer, unit: UnitOfWork) -> None:
        with database.begin() as connection:
            answer.state.store(connection)
            unit.apply(connection)

    async def play(conversation: str, number: int, text: str) -> None:
        key = uuid.uuid5(uuid.NAMESPACE_OID, conversation).hex
        metadata = {"address": None, "channel": "webchat"}
        with unit_of_work(f"{key} {number}") as unit:
            answer = await engine.turn(Turn(key, "webchat", str(number), text, metadata))
            await asyncio.to_thread(store, answer, unit)
        answer.state.keep()
        unit.finish()

    found = await measure(play, plan)
    gc.unfreeze()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    logs.configure("ERROR")
    uvloop.install()
    asyncio.run(main())
