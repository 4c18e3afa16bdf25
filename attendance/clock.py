"""The time of day, injected so that tests can tell it, and the distributor's own time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("America/Belem")

Clock = Callable[[], datetime]
"""Gives the present instant as aware UTC."""


def now() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(timezone.utc)


def local_date(instant: datetime) -> date:
    """The calendar date of an instant where the distributor is."""
    return instant.astimezone(LOCAL).date()
