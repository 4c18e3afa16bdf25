"""Plays many customers at once: each says a few things, one after the other."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass

import aiohttp

from benchmarks.delivery.customers import (
    SAYINGS,
    Customer,
    TelegramCustomer,
    Unanswered,
    WebCustomer,
    WhatsAppCustomer,
)
from benchmarks.delivery.figures import Run
from benchmarks.delivery.providers import Providers

FAILURES = (Unanswered, aiohttp.ClientError, asyncio.TimeoutError, OSError)


@dataclass(frozen=True)
class Limits:
    """How customers come, and for how long they stay."""

    arrivals: float  # a second
    seconds: float  # after which nobody waits any more: the rest counts as unanswered


SHARES = (("webchat", 8), ("whatsapp", 3), ("telegram", 1))
"""Of twelve customers. Telegram lets a bot send 30 messages a second, WhatsApp 80."""


async def play(
    url: str, providers: Providers, conversations: int, sayings: int, first: int, limits: Limits
) -> Run:
    """Let so many customers say so many things each; ``first`` numbers nobody twice."""
    run = Run(conversations)
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=limits.seconds)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        customers = _customers(http, url, providers, range(first, first + conversations))
        begun = time.perf_counter()

        async def visit(position: int, customer: Customer) -> None:
            await asyncio.sleep(position / limits.arrivals)
            await _talk(customer, sayings, limits.seconds, run)

        visits = [asyncio.create_task(visit(*numbered)) for numbered in enumerate(customers)]
        await asyncio.wait(visits, timeout=limits.seconds)
        for late in visits:
            late.cancel()
        run.seconds = time.perf_counter() - begun
        run.unanswered = conversations * sayings - len(run.turns)
        run.told_to_wait = sum(one.was_told_to_wait for one in customers)
        await asyncio.gather(*(one.leave() for one in customers))
    return run


def _customers(
    http: aiohttp.ClientSession, url: str, providers: Providers, numbers: range
) -> list[Customer]:
    kinds = [channel for channel, share in SHARES for _ in range(share)]
    made: list[Customer] = []
    for number in numbers:
        channel = kinds[number % len(kinds)]
        if channel == "webchat":
            made.append(WebCustomer(http, url, number))
        elif channel == "whatsapp":
            made.append(WhatsAppCustomer(http, f"{url}/webhooks/whatsapp", providers, number))
        else:
            made.append(TelegramCustomer(http, f"{url}/webhooks/telegram", providers, number))
    return made


async def _talk(customer: Customer, sayings: int, patience: float, run: Run) -> None:
    chosen = random.Random(id(customer))
    with contextlib.suppress(*FAILURES):
        await customer.arrive()
        for _ in range(sayings):
            run.turns.append(await customer.say(chosen.choice(SAYINGS), patience))
