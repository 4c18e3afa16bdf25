"""The reference billing server in a process of its own, over real HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

TOKEN = "a-token-for-the-tests"
_START_SECONDS = 60
_ROOT = Path(__file__).parents[2]


@contextmanager
def reference_server(database_url: str, log: Path) -> Iterator[str]:
    """Serve a database until the block ends; yields the base address."""
    port = free_port()
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "billing_api"),
                *("--database-url", database_url),
                *("--port", str(port)),
            ],
            cwd=_ROOT,
            env={**os.environ, "CLARA_BILLING_REST_TOKEN": TOKEN},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(port: int, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the reference server does not start:\n{log.read_text()}")
            time.sleep(0.05)
        else:
            return
