"""Plays many customers at once: each says a few things, one after the other."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence

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

PATIENCE = 120.0
"""Seconds that everybody waits, and a little more for each who waits beside them."""
PATIENCE_WITH_EACH = 0.1
ARRIVING_AT_ONCE = 100

SHARES = (("webchat", 8), ("whatsapp", 3), ("telegram", 1))
"""Of twelve customers. Telegram lets a bot send 30 messages a second, WhatsApp 80."""


async def play(url: str, providers: Providers, conversations: int, sayings: int, first: int) -> Run:
    """Let so many customers say so many things each; ``first`` numbers nobody twice."""
    run = Run(conversations)
    patience = patience_among(conversations)
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=patience)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        customers = _customers(http, url, providers, range(first, first + conversations))
        await _arrive(customers)
        begun = time.perf_counter()
        await asyncio.gather(*(_talk(one, sayings, patience, run) for one in customers))
        run.seconds = time.perf_counter() - begun
        run.told_to_wait = sum(one.was_told_to_wait for one in customers)
        await asyncio.gather(*(one.leave() for one in customers))
    return run


def patience_among(conversations: int) -> float:
    """Seconds after which nobody expects an answer any more, where all speak at once."""
    return PATIENCE + PATIENCE_WITH_EACH * conversations


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


async def _arrive(customers: Sequence[Customer]) -> None:
    door = asyncio.Semaphore(ARRIVING_AT_ONCE)

    async def enter(customer: Customer) -> None:
        async with door:
            await customer.arrive()

    await asyncio.gather(*(enter(one) for one in customers))


async def _talk(customer: Customer, sayings: int, patience: float, run: Run) -> None:
    chosen = random.Random(id(customer))
    for _ in range(sayings):
        try:
            run.turns.append(await customer.say(chosen.choice(SAYINGS), patience))
        except (Unanswered, aiohttp.ClientError, asyncio.TimeoutError):
            run.unanswered += 1
