"""Opening the records database and bringing its schema up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url

from records.turnstile import OneInTurn

_LASTING = "clara_lasting"

MIGRATIONS = Path(__file__).parent / "migrations"


def connect(url: str) -> Engine:
    """An engine for ``url``; SQLite gets WAL, foreign keys and one connection for all threads.

    SQLite lets one write at a time and is unfair about whose turn it is: of many threads that ask
    it over and over, some never get theirs. Here they queue up for the one connection instead
    (``records.turnstile``), which has its pragmas and its pages already. Other processes are
    waited for, 5 s. What customers wrote SQLAlchemy leaves out of its errors.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # As many as there are threads to use them. A server that is gone is noticed in seconds.
        return create_engine(
            parsed,
            future=True,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=16,
            max_overflow=24,
            pool_timeout=10,
            connect_args={
                "connect_timeout": 5,
                "tcp_user_timeout": 15_000,
                # A process that hangs in the middle of a transaction must not keep its locks.
                "options": "-c idle_in_transaction_session_timeout=15000",
            },
        )
    if parsed.database:
        _make_private(Path(parsed.database))
    engine = create_engine(
        parsed,
        future=True,
        hide_parameters=True,
        poolclass=OneInTurn,
        pool_size=1,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"timeout": 5, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _make_private(file: Path) -> None:
    """So that nobody else on the machine reads it; its journals get the same permissions."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)


def _prepare_sqlite(connection: Any, record: object) -> None:
    # pysqlite would open transactions lazily, and a reader that turns writer in the middle
    # fails at once instead of waiting: we begin them ourselves.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediately(connection: Any) -> None:
    # It cannot be changed within the transaction, and stays as it is until it is.
    level = "FULL" if connection.get_execution_options().get(_LASTING) else "NORMAL"
    if connection.info.get(_LASTING) != level:
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info[_LASTING] = level
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def lasting(engine: Engine) -> Engine:
    """The same records, for what must outlive a power failure once it is committed.

    SQLite waits for the disk then. What was committed before is on it, too; what is committed
    afterwards otherwise may be lost with the machine's power, though never with the process.
    PostgreSQL waits at every commit.
    """
    return engine.execution_options(**{_LASTING: True})


def migrate(engine: Engine) -> None:
    """Apply every migration that this database lacks."""
    # Only this needs them, and a server does without.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
