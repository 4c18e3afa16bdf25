"""A fourth channel: this folder, and the one line that registers it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import records
from bot import checks
from bot.channels import REGISTERED, connectors, load, registered
from bot.delivery.house import Delivery
from bot.web import make_app
from settings import InvalidSettings
from tests.assistant import environment
from tests.bot.scripted import ScriptedEngine
from tests.channels.contract import ChannelContract, ChannelUnderTest, player_of
from tests.channels.example.provider import TOKEN, Provider
from tests.channels.example.under_test import VARIABLES, open_channel
from tests.servers.smtp import free_port
from tests.servers.web import serving

CHANNELS = registered(
    (
        *REGISTERED,
        "tests.channels.example",
    )
)


class TestExample(ChannelContract):
    @pytest.fixture
    async def channel(self) -> AsyncIterator[ChannelUnderTest]:
        async with open_channel() as channel:
            yield channel


async def test_a_customer_of_it_is_answered(tmp_path: Path) -> None:
    """Set up by its variables alone, and put together as Clara does it."""
    database = records.connect(f"sqlite:///{tmp_path}/records.db")
    records.migrate(database)
    async with Provider.open() as provider:
        url = {"CLARA_EXAMPLE_API_URL": provider.url}
        with environment(CLARA_DATA_DIR=str(tmp_path), **VARIABLES, **url):
            settings = load(CHANNELS)
        assert list(settings.channels) == ["webchat", "example"]
        webchat, example = connectors(settings, CHANNELS)
        assert webchat.sending is None
        assert example.sending is not None
        delivery = Delivery(database, settings.secret, ScriptedEngine(), channels=[example.sending])
        app, port = make_app(name="example-delivery"), free_port()
        example.attach(app, delivery.conversations, delivery.reports)
        provider.webhook_url = f"http://127.0.0.1:{port}/webhooks/example"
        await delivery.start()
        async with serving(app, port):
            example.start(lambda: True)
            await provider.tell(provider.event(text="oi"))
            await asyncio.wait_for(provider.has_shown(1), 60)
            await example.stop()
        await delivery.stop()
        await example.close()
    database.dispose()
    assert [one["text"] for one in provider.shown] == ["eco: oi"]


def test_it_is_checked_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.names(CHANNELS) == ["telegram", "whatsapp", "example"]
    with environment(CLARA_DATA_DIR=str(tmp_path)):
        assert checks.run("example", load(CHANNELS), CHANNELS) == 1
    assert "CLARA_EXAMPLE_…" in capsys.readouterr().out
    nowhere = {"CLARA_EXAMPLE_API_URL": f"http://127.0.0.1:{free_port()}"}
    with environment(CLARA_DATA_DIR=str(tmp_path), **VARIABLES, **nowhere):
        assert checks.run("example", load(CHANNELS), CHANNELS) == 1
    told = capsys.readouterr().out
    assert "✗ Não consegui chegar" in told
    assert TOKEN not in told


@pytest.mark.parametrize("left_out", VARIABLES)
def test_set_up_by_half_it_says_what_is_missing(left_out: str, tmp_path: Path) -> None:
    kept = {name: value for name, value in VARIABLES.items() if name != left_out}
    with (
        environment(CLARA_DATA_DIR=str(tmp_path), **kept),
        pytest.raises(InvalidSettings, match=left_out),
    ):
        load(CHANNELS)


def test_its_player_is_found_by_its_name() -> None:
    assert player_of("example").VARIABLES == VARIABLES
