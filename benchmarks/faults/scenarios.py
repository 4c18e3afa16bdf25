"""What is broken, how often, and in which shape."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bot.delivery import breaking
from tests.bot.delivery.breaking import Alone, Scaled
from tests.bot.delivery.chaos import Customers, Verdict, judge
from tests.bot.delivery.provider import DROP, HANG, OK, Provider
from tests.servers.disk import SmallDisk, small_disk
from tests.servers.postgres import PostgresServer, account
from tests.servers.rabbitmq import RabbitServer

PAUSE = 6.0
"""Seconds, at most, that a customer takes for the next message: near what two cores can bear."""

PATIENCE = 180.0
"""Seconds that the last answers may take once everything is written."""

DISK_MB = 64
SERVERS = tuple[PostgresServer, RabbitServer]

Fault = Callable[[Any, random.Random], Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    """One kind of fault. ``share`` says how often: a part of the number that is asked for."""

    title: str
    fault: Fault | None = None
    share: float = 1.0
    copies: int = 1  # of each webhook, at the same time
    provider_is_bad: bool = False
    fills_disk: bool = False


@dataclass(frozen=True)
class Size:
    """How much load, and how many faults."""

    conversations: int
    messages: int  # of each
    faults: int


ALONE = (
    Scenario("kill -9 of the process", breaking.kill_gateway),
    Scenario("disk full", share=0.5, fills_disk=True),
    Scenario("provider: 500, 429, hangs, drops", provider_is_bad=True),
    Scenario("every webhook five times at once", copies=5),
    Scenario("clock jumps", breaking.let_the_clocks_jump),
)
SCALED_OUT = (
    Scenario("kill -9 of the gateway", breaking.kill_gateway),
    Scenario("kill -9 of one of two engines", breaking.kill_one_engine),
    Scenario("kill -9 of both engines", breaking.kill_both_engines),
    Scenario("an engine hangs and wakes up", breaking.hang_one_engine, share=0.5),
    Scenario("kill -9 of RabbitMQ", breaking.kill_rabbitmq, share=0.5),
    Scenario("kill -9 of PostgreSQL", breaking.kill_postgresql),
    Scenario("any of these", breaking.break_something),
    Scenario("disk full under PostgreSQL", share=0.5, fills_disk=True),
    Scenario("provider: 500, 429, hangs, drops", provider_is_bad=True),
    Scenario("every webhook five times at once", copies=5),
    Scenario("clocks jump apart", breaking.let_the_clocks_jump),
)


async def play(
    scenario: Scenario, size: Size, servers: SERVERS | None, chance: random.Random
) -> tuple[Verdict, int]:
    """Load one shape while it is broken; returns what came of it, and how often it was broken.

    Without ``servers`` it is the one process. Raises ``MountingForbidden``.
    """
    times = round(size.faults * scenario.share)
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(Provider.open())
        if scenario.provider_is_bad:
            times = _spoil(provider, size.conversations * size.messages, chance)
        disk = None
        if scenario.fills_disk:
            disk = stack.enter_context(small_disk(DISK_MB, account() if servers else None))
        place = await stack.enter_async_context(_place(servers, provider, disk))
        customers = Customers(
            place.gateway.port,
            size.conversations,
            size.messages,
            scenario.copies,
            pause=PAUSE,
            again_after=0.5,
            chance=chance,
        )
        writing = asyncio.create_task(customers.write())
        if disk or scenario.fault:
            for share in sorted(chance.uniform(0.02, 0.95) for _ in range(times)):
                await customers.until_written(share)
                if disk:
                    await breaking.fill_the_disk(disk, customers)
                elif scenario.fault:
                    await scenario.fault(place, chance)
        await writing
        return await judge(customers, provider, place.records_url, PATIENCE), times


@asynccontextmanager
async def _place(
    servers: SERVERS | None, provider: Provider, disk: SmallDisk | None
) -> AsyncIterator[Alone | Scaled]:
    with tempfile.TemporaryDirectory(prefix="clara-faults-") as folder:
        logs = Path(folder)
        if servers is None:
            async with breaking.in_one_process(
                provider, disk.folder if disk else logs, logs
            ) as alone:
                yield alone
            return
        async with breaking.scaled_out(
            *servers, provider, logs, disk.folder if disk else None
        ) as scaled:
            yield scaled
        await asyncio.to_thread(servers[0].drop_database, scaled.records_url)


def _spoil(provider: Provider, calls: int, chance: random.Random) -> int:
    """Let three of ten calls fail; returns how many."""
    bad: list[str | int] = [500] * 8 + [429] * 8 + [503] * 6 + [DROP] * 6 + [HANG] * 2
    outcomes = [chance.choice(bad) for _ in range(calls // 3)] + [OK] * (2 * calls // 3)
    chance.shuffle(outcomes)
    provider.outcomes.extend(outcomes)
    provider.retry_after = 0.1
    return calls // 3
