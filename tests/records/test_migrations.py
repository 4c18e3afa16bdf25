"""The records' migrations build what ``records.tables`` describes, on every database."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select
from sqlalchemy.engine import Engine

import records
from records.tables import conversations, metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "sqlite":
        return records.connect(f"sqlite:///{tmp_path}/new/records.db")
    return records.connect(request.getfixturevalue("postgres_server").new_database())


def test_migrations_build_the_tables(engine: Engine) -> None:
    records.migrate(engine)
    with engine.begin() as connection:
        options = {"version_table": "records_version"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    records.migrate(engine)
    tables = inspect(engine).get_table_names()
    records.migrate(engine)
    assert inspect(engine).get_table_names() == tables


def test_instants_come_back_as_aware_utc(engine: Engine) -> None:
    records.migrate(engine)
    at = datetime(2026, 3, 12, 9, 30, tzinfo=timezone(timedelta(hours=-3)))
    with engine.begin() as connection:
        connection.execute(insert(conversations).values(id="c", created_at=at, last_entry=0))
        stored = connection.execute(select(conversations.c.created_at)).scalar_one()
    assert stored == at
    assert stored.utcoffset() == timedelta(0)


def test_an_instant_without_time_zone_is_refused(engine: Engine) -> None:
    records.migrate(engine)
    row = insert(conversations).values(id="c", created_at=datetime(2026, 3, 12), last_entry=0)
    with pytest.raises(Exception, match="needs a time zone"), engine.begin() as connection:
        connection.execute(row)
