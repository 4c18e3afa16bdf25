"""Clara's delivery in either shape, and everything about it that may break."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import records
from tests.bot.delivery.chaos import Customers, Process
from tests.bot.delivery.provider import Provider
from tests.servers.disk import SmallDisk
from tests.servers.postgres import PostgresServer
from tests.servers.rabbitmq import RabbitServer


@dataclass
class Alone:
    """Clara in one process, over SQLite."""

    records_url: str
    process: Process
    hours: float = 0.0
    """How far its clock is ahead."""

    @property
    def gateway(self) -> Process:
        return self.process

    @property
    def processes(self) -> list[Process]:
        return [self.process]


@dataclass
class Scaled:
    """Clara on several processes, and the servers between them; all of it may be killed."""

    records_url: str
    postgres: PostgresServer
    rabbitmq: RabbitServer
    gateway: Process
    engines: list[Process]
    hours: float = 0.0
    """How far their clocks are ahead, more or less."""

    @property
    def processes(self) -> list[Process]:
        return [self.gateway, *self.engines]


@asynccontextmanager
async def in_one_process(provider: Provider, folder: Path, logs: Path) -> AsyncIterator[Alone]:
    """One process whose records are in ``folder``."""
    url = f"sqlite:///{folder}/records.db"
    records.migrate(records.connect(url))
    process = Process("all", url, provider.url, "", logs / "clara.log")
    await process.start()
    try:
        yield Alone(url, process)
    finally:
        process.terminate()


@asynccontextmanager
async def scaled_out(
    postgres: PostgresServer,
    rabbitmq: RabbitServer,
    provider: Provider,
    logs: Path,
    tables: Path | None = None,
) -> AsyncIterator[Scaled]:
    """A gateway and two engines; the records are kept in ``tables``, if that is given."""
    url = postgres.new_database(tables)
    records.migrate(records.connect(url))

    def process(role: str, name: str) -> Process:
        return Process(role, url, provider.url, rabbitmq.url, logs / f"{name}.log")

    gateway = process("gateway", "gateway")
    engines = [process("engine", f"engine{number}") for number in range(2)]
    async with AsyncExitStack() as stack:
        for one in (gateway, *engines):
            stack.callback(one.terminate)
        await asyncio.gather(*(one.start() for one in (gateway, *engines)))
        yield Scaled(url, postgres, rabbitmq, gateway, engines)


async def kill_gateway(place: Alone | Scaled, chance: random.Random) -> None:
    place.gateway.kill()
    await place.gateway.start()


async def kill_one_engine(place: Scaled, chance: random.Random) -> None:
    engine = chance.choice(place.engines)
    engine.kill()
    await asyncio.sleep(chance.uniform(0, 1))  # for a while there is one only
    await engine.start()


async def kill_both_engines(place: Scaled, chance: random.Random) -> None:
    for engine in place.engines:
        engine.kill()
    await asyncio.gather(*(engine.start() for engine in place.engines))


async def hang_one_engine(place: Scaled, chance: random.Random) -> None:
    """Stop it until another has taken over, and let it wake up in the middle of a turn."""
    engine = chance.choice(place.engines)
    engine.signal(signal.SIGSTOP)
    await asyncio.sleep(chance.uniform(0, 12))  # a heartbeat of 2 s gives it up after 4 to 6
    engine.signal(signal.SIGCONT)


async def kill_rabbitmq(place: Scaled, chance: random.Random) -> None:
    place.rabbitmq.kill()
    await asyncio.to_thread(place.rabbitmq.start)


async def kill_postgresql(place: Scaled, chance: random.Random) -> None:
    place.postgres.kill()
    await asyncio.to_thread(place.postgres.start)


async def break_something(place: Scaled, chance: random.Random) -> None:
    faults = (kill_gateway, kill_one_engine, kill_both_engines, kill_rabbitmq, kill_postgresql)
    await chance.choice(faults)(place, chance)


async def let_the_clocks_jump(place: Alone | Scaled, chance: random.Random) -> None:
    """Each to another time: back by a day and more, forth by less than two hours.

    Further forth, what waits would be answered as too late to be acted on, which is no fault.
    """
    place.hours -= chance.choice((0, 30))
    for process in reversed(place.processes):  # the gateway, which says when, last
        await process.set_clock(place.hours + chance.uniform(-0.9, 0.9))


async def fill_the_disk(disk: SmallDisk, customers: Customers) -> None:
    """Until many deliveries were refused."""
    await asyncio.to_thread(disk.fill)
    await customers.until_refused(20)
    disk.free()
