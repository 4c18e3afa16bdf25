"""The same load over Rasa's own REST connector, which acknowledges when it has answered."""

from __future__ import annotations

import asyncio
import random
import time

import aiohttp

from benchmarks.delivery.customers import SAYINGS
from benchmarks.delivery.figures import Run, Turn
from benchmarks.delivery.load import Limits


async def play(url: str, conversations: int, sayings: int, first: int, limits: Limits) -> Run:
    """Let so many customers say so many things each."""
    run = Run(conversations)
    address = f"{url}/webhooks/rest/webhook"
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:

        async def talk(number: int) -> None:
            await asyncio.sleep((number - first) / limits.arrivals)
            chosen = random.Random(number)
            for _ in range(sayings):
                body = {"sender": f"customer-{number}", "message": chosen.choice(SAYINGS)}
                begun = time.perf_counter()
                left = aiohttp.ClientTimeout(total=max(until - begun, 0.001))
                try:
                    async with http.post(address, json=body, timeout=left) as response:
                        said = await response.json()
                except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
                    run.unanswered += 1
                    continue
                took = time.perf_counter() - begun
                if said:
                    run.turns.append(Turn("rest", took, took))
                else:
                    run.unanswered += 1

        begun = time.perf_counter()
        until = begun + limits.seconds
        await asyncio.gather(*(talk(number) for number in range(first, first + conversations)))
        run.seconds = time.perf_counter() - begun
    return run
