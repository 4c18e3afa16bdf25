"""What a channel's parser makes of something that says nothing by itself.

What is accepted, and what else a provider reports, has a type of the channel's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from channels.assistant import Sender


@dataclass(frozen=True)
class Renamed:
    """The same person, or chat, goes by another id from now on."""

    old: Sender
    new: Sender


@dataclass(frozen=True)
class Ignored:
    """Nothing to answer, and no fault of anybody."""

    reason: str  # of ours: it may be logged


@dataclass(frozen=True)
class Rejected:
    """Not what the provider sends."""

    reason: str  # of ours: it may be logged
