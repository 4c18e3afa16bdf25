"""How the records' database is opened."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError

import records
from records.tables import conversations


def test_what_was_to_be_stored_is_in_no_error_message(tmp_path: Path) -> None:
    store = records.connect(f"sqlite:///{tmp_path}/records.db")
    row = insert(conversations).values(id="529.982.247-25")
    with pytest.raises(DatabaseError) as raised, store.begin() as connection:
        connection.execute(row)  # there is no such table yet
    assert "conversations" in str(raised.value)
    assert "529" not in str(raised.value)


def test_its_files_are_readable_by_nobody_else_on_the_machine(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    store = records.connect(f"sqlite:///{folder}/records.db")
    with store.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")
        assert "records.db-wal" in {file.name for file in folder.iterdir()}
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_what_is_to_outlive_a_power_failure_is_waited_for(tmp_path: Path) -> None:
    store = records.connect(f"sqlite:///{tmp_path}/records.db")
    full, normal = 2, 1  # sqlite.org/pragma.html#pragma_synchronous

    def level(engine: Engine) -> int:
        with engine.begin() as connection:
            return int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    assert [level(store), level(records.lasting(store)), level(store)] == [normal, full, normal]
