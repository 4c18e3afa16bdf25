"""The project's trained model, and the capricious actions behind an action server of Rasa's."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from jsonschema.validators import validator_for
from sqlalchemy.engine import Engine as Records

import records as records_package
from bot.model import Project
from tests.projects import train_copy

HERE = Path(__file__).parent
STORIES = HERE / "stories"
PATIENCE = 60.0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give thousands of turns the time that they take on a busy machine."""
    seconds = 600 + config.getoption("--equivalence-turns")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(seconds))


@pytest.fixture(autouse=True)
def unchecked_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether Rasa's schema of an action's answer is one; the answers are checked against it.

    Rasa asks at each of them. It never changes, and takes four fifths of the time of an action.
    """
    checks = validator_for({})
    monkeypatch.setattr(checks, "check_schema", lambda *_: None)


@pytest.fixture(scope="session")
def turns(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--equivalence-turns"))


@pytest.fixture(scope="session")
def model() -> Path:
    project = Project()
    assert project.model.exists(), "train first: make train"
    return project.model


@pytest.fixture(scope="session")
def stories_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with what Clara has none of: stories, slots that count, mappings."""
    return train_copy(STORIES, tmp_path_factory.mktemp("stories"))


@pytest.fixture(scope="session")
def action_server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "rasa_sdk", "--quiet", "--port", str(port),
         "--actions", "tests.equivalence.actions"],
        env={**os.environ, "SANIC_HOST": "127.0.0.1"},
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health")
        yield f"{address}/webhook"
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            requests.get(address, timeout=1).raise_for_status()
            return
        except requests.RequestException:
            assert time.monotonic() < deadline, "the action server did not come up"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    engine = records_package.connect(f"sqlite:///{tmp_path}/records.db")
    records_package.migrate(engine)
    yield engine
    engine.dispose()
