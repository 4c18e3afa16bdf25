"""Breaking things at random points under load: nothing is lost, doubled or out of order.

The same at full size: ``python -m benchmarks.faults``.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.bot.delivery.breaking import (
    Alone,
    Scaled,
    in_one_process,
    kill_both_engines,
    kill_gateway,
    kill_postgresql,
    kill_rabbitmq,
    scaled_out,
)
from tests.bot.delivery.chaos import Customers, check
from tests.bot.delivery.provider import DROP, HANG, Provider
from tests.servers.postgres import PostgresServer, run_postgres
from tests.servers.rabbitmq import RabbitServer, run_rabbitmq

Fault = Callable[[Scaled, random.Random], Awaitable[None]]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PostgresServer, RabbitServer]]:
    """Servers of this module's own: it kills them."""
    with run_postgres() as postgres, run_rabbitmq() as rabbitmq:
        yield postgres, rabbitmq


@pytest.fixture
async def scaled(
    servers: tuple[PostgresServer, RabbitServer], provider: Provider, tmp_path: Path
) -> AsyncIterator[Scaled]:
    async with scaled_out(*servers, provider, tmp_path) as place:
        yield place


@pytest.fixture
async def alone(provider: Provider, tmp_path: Path) -> AsyncIterator[Alone]:
    async with in_one_process(provider, tmp_path, tmp_path) as place:
        yield place


async def test_one_process_is_killed_again_and_again(alone: Alone, provider: Provider) -> None:
    customers = Customers(alone.gateway.port)
    writing = asyncio.create_task(customers.write())
    for share in sorted(random.uniform(0.05, 0.9) for _ in range(3)):
        await customers.until_written(share)
        alone.process.kill()
        await alone.process.start()
    await writing
    await check(customers, provider, alone.records_url)


async def test_every_message_is_delivered_five_times_at_once(
    alone: Alone, provider: Provider
) -> None:
    customers = Customers(alone.gateway.port, number=6, messages=6, copies=5)
    await customers.write()
    assert await check(customers, provider, alone.records_url) == 0


async def test_the_provider_answers_badly(alone: Alone, provider: Provider) -> None:
    bad = [500] * 4 + [429] * 4 + [503] * 2 + [DROP] * 3 + [HANG] * 2
    random.shuffle(bad)
    provider.outcomes.extend(bad)
    provider.retry_after = 0.1
    customers = Customers(alone.gateway.port, number=6, messages=6)
    await customers.write()
    assert await check(customers, provider, alone.records_url) <= bad.count(DROP)


async def test_a_stop_in_order_repeats_nothing(alone: Alone, provider: Provider) -> None:
    customers = Customers(alone.gateway.port, number=6, messages=6)
    writing = asyncio.create_task(customers.write())
    await customers.until_written(0.5)
    await asyncio.to_thread(alone.process.terminate)
    await alone.process.start()
    await writing
    assert await check(customers, provider, alone.records_url) == 0


async def kill_one_engine_for_good(scaled: Scaled, chance: random.Random) -> None:
    chance.choice(scaled.engines).kill()


@pytest.mark.parametrize(
    "fault",
    [
        kill_gateway,
        kill_one_engine_for_good,
        kill_both_engines,
        kill_rabbitmq,
        kill_postgresql,
    ],
)
async def test_scaled_out(scaled: Scaled, provider: Provider, fault: Fault) -> None:
    customers = Customers(scaled.gateway.port)
    writing = asyncio.create_task(customers.write())
    await customers.until_written(random.uniform(0.2, 0.6))
    await fault(scaled, random.Random())
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
