"""``python -m bot check <channel>``: asks the provider what is wrong, before customers do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot import console
from bot.channels import CHANNELS, Channels
from channels.checking import Finding, Verdict
from settings import Settings


def names(channels: Channels = CHANNELS) -> list[str]:
    """The channels that have a provider to ask."""
    return [channel.name for channel in channels if channel.check]


def run(name: str, settings: Settings, channels: Channels = CHANNELS) -> int:
    """Print what is found; returns 1 if anything of it is wrong."""
    findings = asyncio.run(_check(name, settings, channels))
    for finding in findings:
        console.tell(f"  {finding.verdict.value} {finding.text}")
    return int(any(finding.verdict is Verdict.WRONG for finding in findings))


async def _check(name: str, settings: Settings, channels: Channels) -> Sequence[Finding]:
    (channel,) = (one for one in channels if one.name == name)
    if channel.check and name in settings.channels:
        return await channel.check(settings.channels[name])
    return [
        Finding(
            Verdict.WRONG,
            f"{channel.title} não está configurado: faltam as variáveis CLARA_{name.upper()}_… "
            f"Veja docs/{name}.md.",
        )
    ]
