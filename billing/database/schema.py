"""Bringing the billing database to the current schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import Engine

from billing.database.engine import WRITES, open_engine

if TYPE_CHECKING:
    from alembic.config import Config

# A name of its own: other parts of Clara may keep their tables in the same database.
VERSION_TABLE = "billing_schema_version"


def alembic_config(engine: Engine) -> Config:
    """Return Alembic's configuration for this schema, bound to ``engine``."""
    from alembic.config import Config  # only migrations need it, and a server does without

    config = Config(str(Path(__file__).with_name("alembic.ini")))
    config.attributes["engine"] = engine
    return config


def migrate(url: str) -> None:
    """Apply the migrations that the database at ``url`` lacks; safe to run from several processes.

    Raises ``sqlalchemy.exc.OperationalError`` when the database does not answer.
    """
    from alembic import command

    engine = open_engine(url).execution_options(**{WRITES: True})
    try:
        command.upgrade(alembic_config(engine), "head")
    finally:
        engine.dispose()
