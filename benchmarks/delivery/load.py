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

ARRIVING_AT_ONCE = 100
FAILURES = (Unanswered, aiohttp.ClientError, asyncio.TimeoutError, OSError)

SHARES = (("webchat", 8), ("whatsapp", 3), ("telegram", 1))
"""Of twelve customers. Telegram lets a bot send 30 messages a second, WhatsApp 80."""


async def play(
    url: str, providers: Providers, conversations: int, sayings: int, first: int, seconds: float
) -> Run:
    """Let so many customers say so many things each; ``first`` numbers nobody twice.

    After so many seconds nobody waits any more: what is unanswered then is counted as such.
    """
    run = Run(conversations)
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        customers = _customers(http, url, providers, range(first, first + conversations))
        here = await _arrive(customers)
        begun = time.perf_counter()
        await asyncio.gather(*(_talk(one, sayings, begun + seconds, run) for one in here))
        run.seconds = time.perf_counter() - begun
        run.unanswered += sayings * (len(customers) - len(here))
        run.told_to_wait = sum(one.was_told_to_wait for one in here)
        await asyncio.gather(*(one.leave() for one in here))
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


async def _arrive(customers: Sequence[Customer]) -> list[Customer]:
    """Let everybody connect, some at a time; returns those who could."""
    door = asyncio.Semaphore(ARRIVING_AT_ONCE)

    async def enter(customer: Customer) -> bool:
        async with door:
            try:
                await customer.arrive()
            except FAILURES:
                return False
            return True

    entered = await asyncio.gather(*(enter(one) for one in customers))
    return [one for one, is_here in zip(customers, entered, strict=True) if is_here]


async def _talk(customer: Customer, sayings: int, until: float, run: Run) -> None:
    chosen = random.Random(id(customer))
    for _ in range(sayings):
        patience = max(until - time.perf_counter(), 0.0)
        try:
            run.turns.append(await customer.say(chosen.choice(SAYINGS), patience))
        except FAILURES:
            run.unanswered += 1
