"""Clara on several machines: answers reach a browser by whichever gateway it is connected to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.channels.webchat.client import Client, connected
from tests.servers.clara import RunningClara, run_scaled_out
from tests.servers.postgres import PostgresServer
from tests.servers.rabbitmq import RabbitServer

Gateways = tuple[RunningClara, ...]


@pytest.fixture
async def gateways(
    tmp_path: Path, postgres_server: PostgresServer, rabbitmq_server: RabbitServer
) -> AsyncIterator[Gateways]:
    running = run_scaled_out(
        tmp_path,
        gateways=2,
        CLARA_RECORDS_URL=postgres_server.new_database(),
        CLARA_BILLING_DATABASE_URL=postgres_server.new_database(),
        CLARA_BILLING_DEMO="false",
        CLARA_BROKER_URL=rabbitmq_server.url,
    )
    started = await asyncio.to_thread(running.__enter__)
    try:
        yield started
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


async def test_an_answer_finds_the_browser_on_either_gateway(gateways: Gateways) -> None:
    here, there = (gateway.base_url for gateway in gateways)
    async with connected(here) as phone, connected(there) as laptop:
        seen = await phone.join()
        token = phone.token
        assert token
        seen_there = await laptop.join(token)
        assert await phone.say("oi", "m1") == {"status": "accepted"}
        await read_on(phone, seen, "m1", here, token)
        await read_on(laptop, seen_there, "m1", here, token)
        assert await laptop.say("vocês funcionam no domingo?", "m2") == {"status": "accepted"}
        await read_on(phone, seen, "m2", here, token)
        await read_on(laptop, seen_there, "m2", here, token)
        assert told(seen) == told(seen_there)
        assert await phone.say("cancelar", "m3") == {"status": "accepted"}
        # Both lines break, before the answer is there or just after it.
    async with connected(there) as phone:
        seen += await phone.join(token, since=seen[-1]["number"])
        assert await phone.say("cancelar", "m3") == {"status": "repeated"}
        await read_on(phone, seen, "m3", here, token)
    everything = await transcript(here, token)
    assert told(seen) == told(everything)
    assert [entry["number"] for entry in everything] == list(range(1, len(everything) + 1))
    asked = [entry["message_id"] for entry in everything if entry["author"] == "customer"]
    assert asked == ["m1", "m2", "m3"]


async def read_on(
    client: Client, seen: list[dict[str, Any]], message_id: str, url: str, token: str
) -> None:
    """Add to ``seen`` what is shown until a message is answered, to the answer's last line."""
    while not is_answered(seen, message_id):
        seen.append(await client.entry())
    everything = await transcript(url, token)  # an answer is stored at once
    while seen[-1]["number"] < everything[-1]["number"]:
        seen.append(await client.entry())


def is_answered(entries: list[dict[str, Any]], message_id: str) -> bool:
    """Whether Clara has said something since."""
    asked = [entry["number"] for entry in entries if entry["message_id"] == message_id]
    return bool(asked) and entries[-1]["author"] == "clara" and entries[-1]["number"] > asked[0]


async def transcript(url: str, token: str) -> list[dict[str, Any]]:
    """All that was said, as a browser reads it that comes anew."""
    async with connected(url) as client:
        return await client.join(token)


def told(entries: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    """What counts of entries; links are made anew for every browser."""
    return [(entry["number"], entry["author"], entry["text"]) for entry in entries]
