"""A tiny trained model, records in a file, and an engine that does as it is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine as Records

import records as records_package
from tests.projects import copy_project
from tests.servers.postgres import PostgresServer

os.environ["RASA_TELEMETRY_ENABLED"] = "false"

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(scope="session")
def tiny_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(TINY, tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_model(tiny_project: Path) -> Path:
    from bot.model import Project

    os.environ["RASA_CACHE_DIRECTORY"] = str(tiny_project / "cache")
    return Project(tiny_project).train()


@pytest.fixture(params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    """Empty records, once in each kind of database."""
    url = f"sqlite:///{tmp_path}/records.db"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.new_database()
    engine = records_package.connect(url)
    records_package.migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
async def engine(tiny_model: Path, tiny_project: Path, records: Records) -> object:
    from bot.engine import Engine

    return await Engine.load(
        tiny_model, tiny_project / "endpoints.yml", records, actions="tests.bot.tiny.actions"
    )
