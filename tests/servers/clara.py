"""Clara herself, started as an operator starts her: one process, real databases, real ports."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.servers.smtp import free_port

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class RunningClara:
    """Where to find her, and everything she printed."""

    base_url: str
    log: Path


@contextmanager
def run_clara(directory: Path, **settings: str) -> Iterator[RunningClara]:
    """``python -m bot run`` in an empty data directory, until the end of the block."""
    with _process("run", directory, settings) as clara:
        yield clara


@contextmanager
def run_scaled_out(
    directory: Path, gateways: int, **settings: str
) -> Iterator[tuple[RunningClara, ...]]:
    """Several gateways and an engine, each in a process of its own; yields the gateways."""
    shared = {"CLARA_SECRET": "a secret of the tests, 32 or more", **settings}
    with ExitStack() as stack:

        def start(command: str, name: str, role: str) -> RunningClara:
            folder = directory / name
            folder.mkdir()
            return stack.enter_context(_process(command, folder, {**shared, "CLARA_ROLE": role}))

        start("run", "engine", "engine")  # which prepares what all of them use
        yield tuple(start("serve", f"gateway{n}", "gateway") for n in range(gateways))


def _environment(directory: Path, port: int, settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLARA_")}
    return {
        **kept,
        "CLARA_DATA_DIR": str(directory / "data"),
        "CLARA_PORT": str(port),
        "CLARA_PUBLIC_URL": f"http://localhost:{port}",
        "CLARA_METRICS_PORT": "0",  # several run at a time
        **settings,
    }


@contextmanager
def _process(command: str, directory: Path, settings: Mapping[str, str]) -> Iterator[RunningClara]:
    port = free_port()
    base_url = f"http://localhost:{port}"
    log = directory / "clara.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", command],
            cwd=ROOT,
            env=_environment(directory, port, settings),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(base_url, process, log)
            yield RunningClara(base_url, log)
        finally:
            process.terminate()
            process.wait(30)


@asynccontextmanager
async def open_clara(directory: Path, **settings: str) -> AsyncIterator[RunningClara]:
    """The same, for tests whose own servers go on meanwhile."""
    running = run_clara(directory, **settings)
    clara = await asyncio.to_thread(running.__enter__)
    try:
        yield clara
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


def _wait_until_ready(base_url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"Clara stopped:\n{log.read_text()}"
        try:
            if requests.get(f"{base_url}/ready", timeout=2).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.1)  # polling a condition; the deadline above bounds it
    raise AssertionError(f"Clara was not ready in time:\n{log.read_text()}")
