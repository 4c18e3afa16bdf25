"""Plays conversations on an engine and takes the times; the same for both engines.

A *player* is an async function of conversation, number and text that has one durable turn.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.engine.talk import MESSAGES, message

Player = Callable[[str, int, str], Awaitable[object]]


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    model: str
    lengths: list[int]  # of histories, in turns
    conversations: int  # of each length
    concurrency: list[int]
    turns: int  # in all, for each concurrency
    action_server: str = ""

    @classmethod
    def of_command_line(cls) -> Plan:
        """The plan that ``arguments`` made."""
        return cls(**json.loads(sys.argv[1]))

    def arguments(self) -> list[str]:
        """For the command line of a player's process."""
        return [json.dumps(asdict(self))]


async def measure(play: Player, plan: Plan) -> dict[str, Any]:
    """Seconds of turns by length of history, waiting and CPU; turns a second by concurrency."""
    await _play(play, "warm-up", len(MESSAGES))
    times: dict[int, list[float]] = {length: [] for length in plan.lengths}
    work: dict[int, list[float]] = {length: [] for length in plan.lengths}
    for name in range(plan.conversations):
        taken = await _play(play, f"long {name}", max(plan.lengths))
        for length in plan.lengths:
            window = taken[max(0, length - len(MESSAGES)) : length]
            times[length] += [waited for waited, _ in window]
            work[length] += [worked for _, worked in window]
    rates = {}
    for side_by_side in plan.concurrency:
        each = max(1, plan.turns // side_by_side)
        begun, worked = time.perf_counter(), time.process_time()
        names = (f"{side_by_side} at once, {name}" for name in range(side_by_side))
        await asyncio.gather(*(_play(play, name, each) for name in names))
        elapsed, cpu = time.perf_counter() - begun, time.process_time() - worked
        rates[side_by_side] = {
            "a_second": each * side_by_side / elapsed,
            "a_second_and_core": each * side_by_side / cpu,
        }
    return {"times": times, "cpu": work, "rates": rates}


async def _play(play: Player, conversation: str, turns: int) -> list[tuple[float, float]]:
    taken = []
    for number in range(turns):
        begun, worked = time.perf_counter(), time.process_time()
        await play(conversation, number, message(number))
        taken.append((time.perf_counter() - begun, time.process_time() - worked))
    return taken
