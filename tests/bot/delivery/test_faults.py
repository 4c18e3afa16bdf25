"""Breaking things at random points under load: nothing is lost, doubled or out of order.

The same at full size: ``python -m benchmarks.delivery``.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

import records
from tests.bot.delivery.chaos import Customers, Process, check
from tests.bot.delivery.provider import DROP, HANG, Provider
from tests.servers.postgres import PostgresServer, run_postgres
from tests.servers.rabbitmq import RabbitServer, run_rabbitmq


@dataclass
class Scaled:
    """Clara on several processes, and the servers between them; all of it may be killed."""

    postgres: PostgresServer
    rabbitmq: RabbitServer
    records_url: str
    gateway: Process
    engines: list[Process]


@pytest.fixture(scope="module")
def servers() -> AsyncIterator[tuple[PostgresServer, RabbitServer]]:
    """Servers of this module's own: it kills them."""
    with run_postgres() as postgres, run_rabbitmq() as rabbitmq:
        yield postgres, rabbitmq


@pytest.fixture
async def scaled(
    servers: tuple[PostgresServer, RabbitServer], provider: Provider, tmp_path: Path
) -> AsyncIterator[Scaled]:
    postgres, rabbitmq = servers
    url = postgres.new_database()
    records.migrate(records.connect(url))

    def process(role: str, name: str) -> Process:
        return Process(role, url, provider.url, rabbitmq.url, tmp_path / name)

    gateway = process("gateway", "gateway.log")
    engines = [process("engine", f"engine{number}.log") for number in range(2)]
    async with AsyncExitStack() as stack:
        for one in (gateway, *engines):
            stack.callback(one.terminate)
        await asyncio.gather(*(one.start() for one in (gateway, *engines)))
        yield Scaled(postgres, rabbitmq, url, gateway, engines)


@pytest.fixture
async def alone(provider: Provider, tmp_path: Path) -> AsyncIterator[Process]:
    """Clara in one process, over SQLite."""
    url = f"sqlite:///{tmp_path}/records.db"
    records.migrate(records.connect(url))
    process = Process("all", url, provider.url, "", tmp_path / "clara.log")
    await process.start()
    yield process
    process.terminate()


def url_of(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/records.db"


async def test_one_process_is_killed_again_and_again(
    alone: Process, provider: Provider, tmp_path: Path
) -> None:
    customers = Customers(alone.port)
    writing = asyncio.create_task(customers.write())
    for share in sorted(random.uniform(0.05, 0.9) for _ in range(3)):
        await customers.until_written(share)
        alone.kill()
        await alone.start()
    await writing
    await check(customers, provider, url_of(tmp_path))


async def test_every_message_is_delivered_five_times_at_once(
    alone: Process, provider: Provider, tmp_path: Path
) -> None:
    customers = Customers(alone.port, number=6, messages=6, copies=5)
    await customers.write()
    assert await check(customers, provider, url_of(tmp_path)) == 0


async def test_the_provider_answers_badly(
    alone: Process, provider: Provider, tmp_path: Path
) -> None:
    bad = [500] * 4 + [429] * 4 + [503] * 2 + [DROP] * 3 + [HANG] * 2
    random.shuffle(bad)
    provider.outcomes.extend(bad)
    provider.retry_after = 0.1
    customers = Customers(alone.port, number=6, messages=6)
    await customers.write()
    assert await check(customers, provider, url_of(tmp_path)) <= bad.count(DROP)


async def test_a_stop_in_order_repeats_nothing(
    alone: Process, provider: Provider, tmp_path: Path
) -> None:
    customers = Customers(alone.port, number=6, messages=6)
    writing = asyncio.create_task(customers.write())
    await customers.until_written(0.5)
    await asyncio.to_thread(alone.terminate)
    await alone.start()
    await writing
    assert await check(customers, provider, url_of(tmp_path)) == 0


async def kill_gateway(scaled: Scaled) -> None:
    scaled.gateway.kill()
    await scaled.gateway.start()


async def kill_one_engine(scaled: Scaled) -> None:
    random.choice(scaled.engines).kill()  # and it stays dead


async def kill_both_engines(scaled: Scaled) -> None:
    for engine in scaled.engines:
        engine.kill()
    await scaled.engines[0].start()


async def kill_rabbitmq(scaled: Scaled) -> None:
    scaled.rabbitmq.kill()
    await asyncio.to_thread(scaled.rabbitmq.start)


async def kill_postgresql(scaled: Scaled) -> None:
    scaled.postgres.kill()
    await asyncio.to_thread(scaled.postgres.start)


@pytest.mark.parametrize(
    "fault", [kill_gateway, kill_one_engine, kill_both_engines, kill_rabbitmq, kill_postgresql]
)
async def test_scaled_out(
    scaled: Scaled, provider: Provider, fault: Callable[[Scaled], Awaitable[None]]
) -> None:
    customers = Customers(scaled.gateway.port)
    writing = asyncio.create_task(customers.write())
    await customers.until_written(random.uniform(0.2, 0.6))
    await fault(scaled)
    await writing
    await check(customers, provider, scaled.records_url)


async def test_an_engine_hangs_and_wakes_up_when_another_has_taken_over(
    scaled: Scaled, provider: Provider
) -> None:
    customers = Customers(scaled.gateway.port)
    writing = asyncio.create_task(customers.write())
    await customers.until_written(0.3)
    scaled.engines[0].signal(signal.SIGSTOP)
    await writing
    await check(customers, provider, scaled.records_url)
    scaled.engines[0].signal(signal.SIGCONT)
    await asyncio.to_thread(scaled.engines[0].terminate)  # which ends what it has in hand
    assert await check(customers, provider, scaled.records_url) == 0
