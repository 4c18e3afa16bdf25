"""A call to the distributor's system, its answer, and how it may fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class Limits:
    """How long and how much. Seconds; ``overall_seconds`` covers every attempt of one call.

    The overall deadline is looked at whenever bytes arrive, and none is waited for longer than
    ``read_seconds``: a call ends at most that much later.
    """

    connect_seconds: float = 3.0
    read_seconds: float = 5.0
    overall_seconds: float = 12.0
    attempts: int = 3
    max_body_bytes: int = 1 << 20


@dataclass(frozen=True)
class Call:
    """One request: a route such as ``/v1/bills/{bill_id}`` and what fills it.

    ``safe`` marks a POST that changes nothing. Personal data belongs in ``body`` only: addresses
    end up in the logs of every machine on the way.
    """

    method: str
    route: str
    ids: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    idempotency_key: str | None = None
    safe: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is the same as once."""
        return self.method != "POST" or self.safe or self.idempotency_key is not None

    @property
    def path(self) -> str:
        """The route with its ids, which may hold any character, in place."""
        return self.route.format(**{name: quote(id_, safe="") for name, id_ in self.ids.items()})

    @property
    def headers(self) -> dict[str, str]:
        """What the call adds to the headers that all have."""
        return {} if self.idempotency_key is None else {"Idempotency-Key": self.idempotency_key}


@dataclass(frozen=True)
class Answer:
    """What came back. ``json`` is None where the body of a failure is not JSON."""

    status: int
    json: Any
    retry_after_seconds: float | None


class Fault(Exception):
    """An attempt that failed, with a reason free of personal data.

    ``passing`` if another attempt may succeed, not before ``retry_after_seconds``.
    """

    def __init__(
        self, reason: str, *, passing: bool, retry_after_seconds: float | None = None
    ) -> None:
        """Keep what decides about another attempt."""
        super().__init__(reason)
        self.passing = passing
        self.retry_after_seconds = retry_after_seconds
