"""The channels that Clara has, and those of them that an operator has set up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from typing import Any

from environs import Env

import settings as settings_module
from channels.channel import Channel, Connector, Surroundings
from settings import Settings

REGISTERED = (
    "channels.webchat",
    "channels.telegram",
    "channels.whatsapp",
)
"""One folder a line, each with a ``CHANNEL``: docs/new-channel.md."""

Channels = tuple[Channel[Any], ...]


def registered(folders: Iterable[str] = REGISTERED) -> Channels:
    """What these folders bring."""
    return tuple(import_module(folder).CHANNEL for folder in folders)


CHANNELS = registered()


def load(channels: Channels = CHANNELS) -> Settings:
    """Read and check all settings, those of channels too.

    Raises ``InvalidSettings`` naming every wrong setting at once.
    """
    with settings_module.reading() as env:
        return read(env, channels)


def read(env: Env, channels: Channels = CHANNELS) -> Settings:
    """All settings, those of channels too; ``env`` knows what is wrong with them."""
    settings = settings_module.read(env)
    surroundings = Surroundings(
        public_url=settings.web.public_url,
        trusted_proxies=settings.web.trusted_proxies,
        distributor_name=settings.distributor.name,
        secret=settings.secret,
    )
    chosen = {channel.name: channel.read(env, surroundings) for channel in channels}
    return replace(settings, channels={name: one for name, one in chosen.items() if one})


def connectors(settings: Settings, channels: Channels = CHANNELS) -> list[Connector]:
    """Those that are set up, built and connected to nothing yet."""
    chosen = settings.channels
    return [one.connect(chosen[one.name]) for one in channels if one.name in chosen]
