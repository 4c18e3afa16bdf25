"""Runs the migrations of the records on the connection that ``records.migrate`` opened."""

from alembic import context
from sqlalchemy import text

from records.tables import metadata

_LOCK = 7_253_002  # any number that no other lock of the same database uses

_connection = context.config.attributes["connection"]
# Processes that start together migrate one after the other. SQLite's write lock does the same.
if _connection.dialect.name == "postgresql":
    _connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
context.configure(
    connection=_connection,
    target_metadata=metadata,
    render_as_batch=True,
    version_table="records_version",
)
with context.begin_transaction():
    context.run_migrations()
