"""Records in a fresh database, and a clock that tests set."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

import records


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 12, 15, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **duration: float) -> None:
        """Let time pass."""
        self.at += timedelta(**duration)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Empty records, once in each kind of database."""
    url = f"sqlite:///{tmp_path}/records.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_server").new_database()
    engine = records.connect(url)
    records.migrate(engine)
    return engine
