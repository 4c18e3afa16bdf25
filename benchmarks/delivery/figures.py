"""What one customer waited for, and what all of them together say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass(frozen=True)
class Turn:
    """One message and its answer, in seconds from the moment of sending."""

    channel: str
    accepted: float  # until it was acknowledged
    answered: float  # until the answer was with the customer, or with their provider


@dataclass
class Run:
    """What came of one load."""

    conversations: int
    shape: str = ""
    turns: list[Turn] = field(default_factory=list)
    unanswered: int = 0
    told_to_wait: int = 0  # customers who heard that it takes longer
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # of all processes of the server
    memory_mb: float = 0.0  # resident, all processes of the server, afterwards

    def row(self, channel: str | None = None) -> list[str]:
        """A row of the table, over one channel or all."""
        turns = [one for one in self.turns if channel in (None, one.channel)]
        accepted = [1_000 * one.accepted for one in turns]
        answered = [1_000 * one.answered for one in turns]
        whole = channel is None
        return [
            self.shape,
            f"{self.conversations:,}",
            channel or "all",
            f"{len(turns):,}",
            *(f"{at(accepted, share):,.1f}" for share in (50, 99)),
            *(f"{at(answered, share):,.1f}" for share in (50, 99)),
            f"{len(self.turns) / self.seconds:,.0f}" if whole else "",
            f"{len(self.turns) / self.cpu_seconds:,.0f}" if whole and self.cpu_seconds else "",
            f"{self.memory_mb:,.0f}" if whole else "",
            f"{self.told_to_wait:,}" if whole else "",
            f"{self.unanswered:,}" if whole else "",
        ]


HEADINGS = [
    "shape",
    "conversations",
    "channel",
    "turns",
    "accepted p50 ms",
    "p99",
    "answered p50 ms",
    "p99",
    "turns/s",
    "turns/CPU-s",
    "MB",
    "told to wait",
    "unanswered",
]


def at(values: Sequence[float], share: int) -> float:
    """The value that so many percent do not exceed."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[share - 1]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table."""
    lines = ["| " + " | ".join(HEADINGS) + " |", "|---|" + "---:|" * (len(HEADINGS) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)
