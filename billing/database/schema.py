"""Bringing the billing database to the current schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

from billing.database.engine import WRITES, open_engine

# A name of its own: other parts of Clara may keep their tables in the same database.
VERSION_TABLE = "billing_schema_version"


def alembic_config(engine: Engine) -> Config:
    """Return Alembic's configuration for this schema, bound to ``engine``."""
    config = Config(str(Path(__file__).with_name("alembic.ini")))
    config.attributes["engine"] = engine
    return config


def migrate(url: str) -> None:
    """Apply the migrations that the database at ``url`` lacks; safe to run from several processes.

    Raises ``sqlalchemy.exc.OperationalError`` when the database does not answer.
    """
    engine = open_engine(url).execution_options(**{WRITES: True})
    try:
        command.upgrade(alembic_config(engine), "head")
    finally:
        engine.dispose()
