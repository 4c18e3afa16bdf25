"""A channel, as whoever puts Clara together knows it: what its folder brings.

Every folder of ``channels/`` has one ``CHANNEL``, and ``bot/channels.py`` one line for it. Nothing
else has to know of it: its settings, its check and its connector are its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from environs import Env
from sanic import Sanic

from channels.assistant import Assistant
from channels.checking import Finding
from channels.sending import DeliveryRecord, SendingChannel

Chosen = TypeVar("Chosen")
"""What an operator has decided about a channel: a dataclass of the channel's own."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Where Clara runs and for whom: what every channel is told."""

    public_url: str  # where customers and providers reach her, without a slash at the end
    trusted_proxies: int  # of ours, in front of her
    distributor_name: str
    secret: str = field(repr=False)  # keys sessions and hashes


class Connector(ABC):
    """A channel that an operator has set up, built from its settings; connects to nothing by that.

    It gives its sending half to delivery, and is then attached to what delivery offers in return:
    first ``sending``, then ``attach``, ``start``, ``stop`` and ``close``.
    """

    sending: SendingChannel | None = None
    """What sends; none where customers are shown what is said over an open connection."""

    @abstractmethod
    def attach(self, app: Sanic, assistant: Assistant, record: DeliveryRecord) -> None:
        """Serve what customers or the provider call.

        What customers say goes to ``assistant``, what the provider reports to ``record``.
        """

    def start(self, leads: Callable[[], bool]) -> None:  # noqa: B027  most have nothing to do
        """Begin what runs in the background; returns at once, whether or not the provider is up.

        ``leads`` says whether of several processes this is now the one that sends over the
        account: what only one of them may do is done there.
        """

    async def stop(self) -> None:  # noqa: B027
        """Take nothing in any more; what sends still works."""

    async def close(self) -> None:  # noqa: B027
        """Let go of the provider: nothing is sent after this."""


@dataclass(frozen=True, kw_only=True)
class Channel(Generic[Chosen]):
    """What a folder brings."""

    name: str
    """As in ``Sender.channel``, ``python -m bot check <name>`` and ``docs/<name>.md``."""

    title: str
    """As people write it."""

    read: Callable[[Env, Surroundings], Chosen | None]
    """Its settings; ``None`` if the operator has not set it up.

    The names of ``env`` begin with ``CLARA_`` already. It collects whatever its validators refuse
    (it is not eager), and gives ``None`` for it.
    """

    connect: Callable[[Chosen], Connector]

    check: Callable[[Chosen], Awaitable[Sequence[Finding]]] | None = None
    """Asks the provider whether all is well; none where there is no provider."""
