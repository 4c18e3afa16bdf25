"""What the tests of all channels share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.servers.postgres import PostgresServer


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of no records yet: in a file, or as a test asks for ``indirect``."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/records.db"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database()
