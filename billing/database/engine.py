"""Opening the billing database: SQLite in a file, or PostgreSQL.

Nothing here waits for ever: SQLite waits 5 s for a lock, PostgreSQL 5 s for a connection and 10 s
for a statement. Parameters, which hold personal data, stay out of error messages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.pool import QueuePool

WRITES = "clara_writes"  # execution option of engines and connections that are going to write


def open_engine(url: str) -> Engine:
    """Return an engine for a SQLAlchemy URL, ``sqlite:///file.db`` or ``postgresql://…``.

    No connection is made yet; an SQLite file and its folder are. Raises ``ValueError`` for any
    other database.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database:
            _make_private(Path(parsed.database))
        return _open_sqlite(url)
    if backend == "postgresql":
        return create_engine(
            url,
            future=True,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_timeout=5,
            connect_args={"connect_timeout": 5, "options": "-c statement_timeout=10000"},
        )
    raise ValueError(f"the billing database is SQLite or PostgreSQL, not {backend}")


def _make_private(file: Path) -> None:
    """So that nobody else on the machine reads it; its journals get the same permissions."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)


def _open_sqlite(url: str) -> Engine:
    # The default pool for files opens a connection per transaction and so repeats the pragmas.
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_timeout=5,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: Any, _record: Any) -> None:
    # The driver would begin a transaction only at the first write; _begin does it instead.
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Any) -> None:
    # A transaction that reads first and writes later fails at once if another wrote in between;
    # one that takes the write lock first waits for its turn.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
