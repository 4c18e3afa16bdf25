"""Plays the written dialogues over a channel behind a provider: all of it, over real connections.

What Clara says goes through the outbox and the channel's own requests, and is judged by what the
customer's telephone shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from channels.assistant import Sender
from channels.sending import Pace, SendingChannel
from tests.assistant import Company, CompanyPlayer
from tests.dialogue import Reply

AT_ONCE = Pace(per_second=1_000.0, recipient_interval=0.001, recipient_burst=100)
"""A ``pace`` for playing dialogues: nobody waits to read them."""


@dataclass(frozen=True)
class Screen:
    """What so many messages show."""

    text: str
    choices: list[str]  # titles
    copyables: list[str]
    attachments: list[str]  # media types


class Telephone(Protocol):
    """A customer's, on the provider's side."""

    sender: Sender

    def say(self, text: str) -> None:
        """Write to Clara."""

    def tap(self, title: str) -> None:
        """Pick the newest choice under this title."""

    async def shows(self, messages: int) -> Screen:
        """What the next messages show, once there are so many."""


class ProviderPlayer(CompanyPlayer):
    """A customer with a telephone; implements ``tests.dialogue.Player``."""

    def __init__(self, company: Company, sending: SendingChannel, telephone: Telephone) -> None:
        super().__init__(company, telephone.sender)
        self._sending = sending
        self._telephone = telephone

    async def write(self, text: str) -> Reply:
        """Send a text."""
        self._telephone.say(text)
        return await self._heard()

    async def pick(self, title: str) -> Reply:
        """Tap on what was offered."""
        self._telephone.tap(title)
        return await self._heard()

    async def _heard(self) -> Reply:
        said = await self._answer()
        messages = sum(len(self._sending.render(entry.message)) for entry in said)
        screen = await self._telephone.shows(messages)
        return Reply(
            names=self._names(),
            text=screen.text,
            choices=screen.choices,
            copyables=screen.copyables,
            attachments=screen.attachments,
        )
