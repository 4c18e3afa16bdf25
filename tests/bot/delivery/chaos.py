"""Customers who write on, whatever happens behind, and what must be true in the end."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

import records
from records.tables import demands, inbox, outbox
from tests.bot.delivery.provider import Provider
from tests.servers.rabbitmq import _free_ports

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0


class Process:
    """One process of ours; ``kill`` ends it as a power failure does."""

    def __init__(self, role: str, records_url: str, provider: str, broker: str, log: Path) -> None:
        [self.port] = _free_ports(1)
        self._command = [
            *(sys.executable, "-m", "tests.bot.delivery.clara"),
            *("--role", role, "--records", records_url, "--provider", provider),
            *("--broker", broker, "--port", str(self.port)),
        ]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
            )
        async with aiohttp.ClientSession() as client:
            for _ in range(1_800):  # a message that met one fault after another waits ever longer
                try:
                    await client.get(f"http://127.0.0.1:{self.port}/ready")
                    return
                except aiohttp.ClientError:
                    assert self._process.poll() is None, self._log.read_text()[-4000:]
                    await asyncio.sleep(0.1)  # polling a condition
        raise AssertionError(self._log.read_text()[-4000:])

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(10)

    def signal(self, number: signal.Signals) -> None:
        assert self._process
        os.kill(self._process.pid, number)

    def terminate(self) -> None:
        """End it in order."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise


@dataclass
class Customers:
    """Some customers, each of whom writes some messages."""

    port: int
    number: int = 8
    messages: int = 12
    copies: int = 1
    """How often the provider delivers each message at the same time."""
    written: int = 0

    @property
    def total(self) -> int:
        return self.number * self.messages

    async def write(self) -> None:
        """Deliver every message until it is accepted, as a provider does."""
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        async with aiohttp.ClientSession(connector=connector) as client:
            await asyncio.gather(*(self._write(client, f"c{n}") for n in range(self.number)))

    async def until_written(self, share: float) -> None:
        """A point somewhere in the run."""
        while self.written < share * self.total:
            await asyncio.sleep(0.005)  # polling a condition

    async def _write(self, client: aiohttp.ClientSession, customer: str) -> None:
        for number in range(self.messages):
            webhook = {"from": customer, "id": f"m{number}", "text": f"t{number}"}
            deliveries = (self._deliver(client, webhook) for _ in range(self.copies))
            outcomes = await asyncio.gather(*deliveries)
            assert outcomes.count("accepted") <= 1
            self.written += 1
            await asyncio.sleep(random.uniform(0.0, 0.1))  # people take a moment

    async def _deliver(self, client: aiohttp.ClientSession, webhook: dict[str, str]) -> str:
        timeout = aiohttp.ClientTimeout(total=10)
        while True:
            try:
                async with client.post(
                    f"http://127.0.0.1:{self.port}/in", json=webhook, timeout=timeout
                ) as answer:
                    if answer.status == 200:
                        return await answer.text()
            except (aiohttp.ClientError, asyncio.TimeoutError):
                pass
            await asyncio.sleep(0.05)  # providers try again, too

    def expected(self) -> list[str]:
        return [f"{number + 1}:t{number}" for number in range(self.messages)]


async def check(customers: Customers, provider: Provider, records_url: str) -> int:
    """Everything was answered once and in order; returns how many messages were shown again.

    A message may be shown again only where nobody can know whether it was shown: its row says so.
    """
    expected = customers.expected()
    names = [f"c{number}" for number in range(customers.number)]
    await provider.until(
        lambda: all(set(provider.said_to(name)) >= set(expected) for name in names), PATIENCE
    )
    again = 0
    engine = records.connect(records_url)
    await _until_settled(engine)
    with engine.begin() as connection:
        doubted = set(connection.execute(select(outbox.c.key).where(outbox.c.doubts > 0)).scalars())
        effects = connection.execute(select(func.count()).select_from(demands)).scalar_one()
        states = set(connection.execute(select(inbox.c.state)).scalars())
    engine.dispose()
    for name in names:
        shown, keys = provider.said_to(name), provider.keys[name]
        assert list(dict.fromkeys(shown)) == expected, f"out of order: {shown}"
        repeated = [key for position, key in enumerate(keys) if key in keys[:position]]
        assert set(repeated) <= doubted
        assert len(set(keys)) == customers.messages, "a turn was stored twice"
        again += len(repeated)
    assert effects == customers.total
    assert states == {"answered"}
    return again


async def _until_settled(engine: records.database.Engine) -> None:
    """What was shown is also noted as sent, so that nothing comes after the check."""
    for _ in range(1_800):  # a message that met one fault after another waits ever longer
        with engine.begin() as connection:
            if set(connection.execute(select(outbox.c.state)).scalars()) == {"sent"}:
                return
        await asyncio.sleep(0.1)  # polling a condition
    raise AssertionError("calls are still open")


@asynccontextmanager
async def provided() -> AsyncIterator[Provider]:
    async with Provider.open() as provider:
        yield provider
