"""Customers who write on, whatever happens behind, and what must be true in the end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

import records
from bot.delivery.outbox import OPEN
from records.tables import demands, inbox, outbox
from tests.bot.delivery.provider import Provider
from tests.servers.rabbitmq import _free_ports

ROOT = Path(__file__).parents[3]
PATIENCE = 120.0
"""Seconds that answers may take altogether; a message that met one fault after another waits ever
longer."""


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

    async def set_clock(self, ahead: float) -> None:
        """Let its clock show so many hours more than ours."""
        async with aiohttp.ClientSession() as client:
            await client.post(f"http://127.0.0.1:{self.port}/clock", json={"hours": ahead})

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
    pause: float = 0.1
    """Seconds between two messages of a customer, at most."""
    again_after: float = 0.05
    """Seconds after which it delivers again what was not accepted."""
    chance: random.Random = field(default_factory=random.Random)
    written: int = 0
    refusals: int = 0
    """Deliveries that were answered by 5xx."""

    @property
    def total(self) -> int:
        return self.number * self.messages

    @property
    def names(self) -> list[str]:
        return [f"c{number}" for number in range(self.number)]

    async def write(self) -> None:
        """Deliver every message until it is accepted, as a provider does."""
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        async with aiohttp.ClientSession(connector=connector) as client:
            await asyncio.gather(*(self._write(client, name) for name in self.names))

    async def until_written(self, share: float) -> None:
        """A point somewhere in the run."""
        while self.written < share * self.total:
            await asyncio.sleep(0.005)  # polling a condition

    async def until_refused(self, times: int) -> None:
        """Until so many more deliveries were answered by 5xx, or nobody writes any more."""
        enough = self.refusals + times
        while self.refusals < enough and self.written < self.total:
            await asyncio.sleep(0.005)  # polling a condition

    async def _write(self, client: aiohttp.ClientSession, customer: str) -> None:
        for number in range(self.messages):
            webhook = {"from": customer, "id": f"m{number}", "text": f"t{number}"}
            deliveries = (self._deliver(client, webhook) for _ in range(self.copies))
            outcomes = await asyncio.gather(*deliveries)
            assert outcomes.count("accepted") <= 1
            self.written += 1
            await asyncio.sleep(self.chance.uniform(0.0, self.pause))  # people take a moment

    async def _deliver(self, client: aiohttp.ClientSession, webhook: dict[str, str]) -> str:
        timeout = aiohttp.ClientTimeout(total=10)
        while True:
            try:
                async with client.post(
                    f"http://127.0.0.1:{self.port}/in", json=webhook, timeout=timeout
                ) as answer:
                    if answer.status == 200:
                        return await answer.text()
                    self.refusals += 1
            except (aiohttp.ClientError, asyncio.TimeoutError):
                pass
            await asyncio.sleep(self.again_after * self.chance.uniform(0.5, 1.5))

    def expected(self) -> list[str]:
        return [f"{number + 1}:t{number}" for number in range(self.messages)]


@dataclass
class Verdict:
    """What became of all that was accepted."""

    accepted: int
    lost: list[str] = field(default_factory=list)
    """Messages whose answer nobody ever saw."""
    out_of_order: int = 0
    """Answers that were shown after the answer to a later message."""
    doubled: list[str] = field(default_factory=list)
    """Answers that were shown once more."""
    undecidable: list[str] = field(default_factory=list)
    """Those of them of which the provider does not tell whether it took the first call."""
    unsound: list[str] = field(default_factory=list)
    """Turns that were stored twice or half, and whatever else cannot be."""

    @property
    def answered(self) -> int:
        return self.accepted - len(self.lost)

    @property
    def is_whole(self) -> bool:
        undecided = len(self.undecidable) == len(self.doubled)
        return undecided and not (self.lost or self.out_of_order or self.unsound)


async def judge(
    customers: Customers, provider: Provider, records_url: str, patience: float = PATIENCE
) -> Verdict:
    """Wait until everything is answered and settled, at most so many seconds, and look."""
    expected = set(customers.expected())
    with contextlib.suppress(asyncio.TimeoutError):
        await provider.until(
            lambda: all(set(provider.said_to(name)) >= expected for name in customers.names),
            patience,
        )
    verdict = Verdict(customers.written)
    engine = records.connect(records_url)
    if not await _is_settled(engine, patience):
        verdict.unsound.append("calls are still open")
    doubted = _judge_records(verdict, engine)
    engine.dispose()
    for name in customers.names:
        _judge_shown(verdict, name, customers.expected(), provider, doubted)
    return verdict


async def check(customers: Customers, provider: Provider, records_url: str) -> int:
    """Everything was answered once and in order; returns how many messages were shown again.

    A message may be shown again only where nobody can know whether it was shown: its row says so.
    """
    verdict = await judge(customers, provider, records_url)
    assert verdict.accepted == customers.total
    assert verdict.is_whole, verdict
    return len(verdict.doubled)


async def _is_settled(engine: records.database.Engine, patience: float) -> bool:
    """What was shown is also noted as sent, so that nothing comes after the check."""
    still_open = select(outbox.c.id).where(outbox.c.state.in_(OPEN)).limit(1)
    for _ in range(int(10 * patience)):
        with engine.begin() as connection:
            if connection.execute(still_open).first() is None:
                return True
        await asyncio.sleep(0.1)  # polling a condition
    return False


def _judge_records(verdict: Verdict, engine: records.database.Engine) -> set[str]:
    """Compare turns and effects; returns the keys of calls whose outcome was once unknown."""
    with engine.begin() as connection:
        effects = connection.execute(select(func.count()).select_from(demands)).scalar_one()
        by_state = select(inbox.c.state, func.count()).group_by(inbox.c.state)
        states = dict(connection.execute(by_state).all())
        doubted = select(outbox.c.key).where(outbox.c.doubts > 0)
        keys = set(connection.execute(doubted).scalars())
    if effects != verdict.accepted:
        verdict.unsound.append(f"{effects} effects")
    if states != {"answered": verdict.accepted}:
        verdict.unsound.append(f"inbox: {states}")
    return keys


def _judge_shown(
    verdict: Verdict, name: str, expected: list[str], provider: Provider, doubted: set[str]
) -> None:
    shown, keys = provider.said_to(name), provider.keys[name]
    first = list(dict.fromkeys(shown))
    verdict.lost += [
        f"{name} {text}" for text in expected if _message(text) not in map(_message, first)
    ]
    verdict.unsound += [f"{name} {text}" for text in first if text not in expected]
    positions = [expected.index(text) for text in first if text in expected]
    verdict.out_of_order += sum(later < earlier for earlier, later in pairwise(positions))
    for position, (text, key) in enumerate(zip(shown, keys, strict=True)):
        if text in shown[:position]:
            verdict.doubled.append(f"{name} {text}")
            if key in keys[:position] and key in doubted:
                verdict.undecidable.append(f"{name} {text}")


def _message(text: str) -> str:
    """The message that is answered, without the number of the turn."""
    return text.partition(":")[2]
