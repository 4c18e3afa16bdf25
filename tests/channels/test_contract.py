"""Every registered channel passes the suite of all channels, and is told of as all are."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import settings as settings_module
from bot import checks
from bot.channels import CHANNELS, load
from bot.channels import read as read_settings
from channels.channel import Channel
from settings import InvalidSettings
from tests.assistant import environment
from tests.channels.contract import ChannelContract, ChannelUnderTest, player_of

DOCS = Path(__file__).parents[2] / "docs"

each_channel = pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)


class TestEveryChannel(ChannelContract):
    @pytest.fixture(params=[channel.name for channel in CHANNELS])
    async def channel(self, request: pytest.FixtureRequest) -> AsyncIterator[ChannelUnderTest]:
        async with player_of(request.param).open_channel() as channel:
            yield channel


@each_channel
def test_it_is_set_up_by_its_variables_and_by_nothing_less(
    channel: Channel[Any], tmp_path: Path
) -> None:
    variables = player_of(channel.name).VARIABLES
    with environment(CLARA_DATA_DIR=str(tmp_path), **variables):
        assert channel.name in load().channels
    for left_out in variables:
        kept = {name: value for name, value in variables.items() if name != left_out}
        with (
            environment(CLARA_DATA_DIR=str(tmp_path), **kept),
            pytest.raises(InvalidSettings, match=left_out),
        ):
            load()


@each_channel
def test_an_operator_can_read_how_to_set_it_up(channel: Channel[Any]) -> None:
    page = (DOCS / f"{channel.name}.md").read_text(encoding="utf-8")
    assert channel.check is None or f"python -m bot check {channel.name}" in page
    assert all(variable in page for variable in player_of(channel.name).VARIABLES)


def test_every_channel_with_a_provider_can_be_checked() -> None:
    behind_providers = [one.name for one in CHANNELS if player_of(one.name).VARIABLES]
    assert checks.names() == behind_providers


def test_every_setting_is_documented_and_nothing_else(tmp_path: Path) -> None:
    everything = {"CLARA_BILLING_REST_URL": "http://a.example", "CLARA_BILLING_REST_TOKEN": "a"}
    for channel in CHANNELS:
        everything |= player_of(channel.name).VARIABLES
    with environment(CLARA_DATA_DIR=str(tmp_path), **everything), settings_module.reading() as env:
        read_settings(env)
        known = set(env.dump())
    assert _documented() == known


def _documented() -> set[str]:
    """The names of docs/settings.md; those of a line that only end differently are cut short."""
    names: set[str] = set()
    for line in (DOCS / "settings.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            first, *others = re.findall(r"`([A-Z_]+)`", line.split("|")[1])
            stem = first.rpartition("_")[0]
            names |= {first, *(one if one[0] != "_" else stem + one for one in others)}
    return names
