"""Clara on PostgreSQL alone: records, trackers and the built-in billing system."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import socketio

from tests.servers.clara import run_clara
from tests.servers.postgres import PostgresServer

PATIENCE_SECONDS = 60


async def test_a_widget_of_rasa_gets_a_payment_line(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    settings = {
        "CLARA_RECORDS_URL": postgres_server.new_database(),
        "CLARA_BILLING_DATABASE_URL": postgres_server.new_database(),
    }
    with run_clara(tmp_path, **settings) as clara:
        said = await talk(clara.base_url, "código de barras da conta 3001234567")
    line = next(text for text in said if re.fullmatch(r"\d{47}", text))
    assert any("R$" in text and "Luz do Norte" in text for text in said)
    assert line.startswith("988")
    assert not (tmp_path / "data" / "records.db").exists()


async def talk(base_url: str, text: str) -> list[str]:
    """What Clara says to one message, until she says the bare digits."""
    client = socketio.AsyncClient()
    said: list[str] = []
    line_came = asyncio.Event()
    confirmed = asyncio.Event()

    @client.on("session_confirm")
    async def _(_: str) -> None:
        confirmed.set()

    @client.on("bot_uttered")
    async def _(message: dict[str, Any]) -> None:
        said.append(message.get("text", ""))
        if said[-1].isdigit():
            line_came.set()

    await client.connect(base_url)
    try:
        await client.emit("session_request", {"session_id": None})
        await asyncio.wait_for(confirmed.wait(), PATIENCE_SECONDS)
        await client.emit("user_uttered", {"message": text})
        await asyncio.wait_for(line_came.wait(), PATIENCE_SECONDS)
    finally:
        await client.disconnect()
    return said
