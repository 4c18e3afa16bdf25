"""Alembic's entry point: runs the migrations on the engine it is given, or on ``-x url=…``.

Only online: the migrations look at the database they change.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from billing.database.engine import WRITES, open_engine
from billing.database.schema import VERSION_TABLE
from billing.database.tables import metadata

_LOCK = 7_253_001  # any number that no other lock of the same database uses


def _engine() -> Engine:
    engine = context.config.attributes.get("engine")
    if engine is None:
        url = context.get_x_argument(as_dictionary=True).get("url")
        if url is None:
            raise SystemExit("say which database: alembic -x url=sqlite:///billing.db …")
        engine = open_engine(url).execution_options(**{WRITES: True})
    return engine


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out of a comparison the tables of others in the same database."""
    return kind != "table" or name in metadata.tables


def _run(connection: Connection) -> None:
    # Processes that start together migrate one after the other. SQLite's write lock does the same.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # takes as long as it takes
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        include_name=_ours,
        render_as_batch=True,  # SQLite alters a table by copying it
    )
    context.run_migrations()


with _engine().begin() as _connection:
    _run(_connection)
