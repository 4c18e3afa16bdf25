"""The same load over Rasa's own REST connector, which acknowledges when it has answered."""

from __future__ import annotations

import asyncio
import random
import time

import aiohttp

from benchmarks.delivery.customers import SAYINGS
from benchmarks.delivery.figures import Run, Turn
from benchmarks.delivery.load import patience_among


async def play(url: str, conversations: int, sayings: int, first: int) -> Run:
    """Let so many customers say so many things each."""
    run = Run(conversations)
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=patience_among(conversations))
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:

        async def talk(number: int) -> None:
            chosen = random.Random(number)
            for _ in range(sayings):
                body = {"sender": f"customer-{number}", "message": chosen.choice(SAYINGS)}
                begun = time.perf_counter()
                try:
                    async with http.post(f"{url}/webhooks/rest/webhook", json=body) as response:
                        said = await response.json()
                except (aiohttp.ClientError, asyncio.TimeoutError):
                    run.unanswered += 1
                    continue
                seconds = time.perf_counter() - begun
                if said:
                    run.turns.append(Turn("rest", seconds, seconds))
                else:
                    run.unanswered += 1

        begun = time.perf_counter()
        await asyncio.gather(*(talk(number) for number in range(first, first + conversations)))
        run.seconds = time.perf_counter() - begun
    return run
