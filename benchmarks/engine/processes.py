"""Starts what is measured, and reads what it takes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from benchmarks.engine.places import Place

PATIENCE = 600.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def seconds(arguments: list[str], place: Place) -> float:
    """How long a command takes; if it fails, shows what it said and raises."""
    begun = time.perf_counter()
    done = subprocess.run(
        arguments, cwd=place.folder, env={**os.environ, **place.environment}, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    elapsed = time.perf_counter() - begun
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        done.check_returncode()
    return elapsed


def printed(arguments: list[str], place: Place) -> dict[str, Any]:
    """The JSON that a command prints."""
    done = subprocess.run(
        arguments, cwd=place.folder, env={**os.environ, **place.environment}, check=True,
        stdout=subprocess.PIPE, stderr=sys.stderr,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextlib.contextmanager
def server(
    arguments: list[str], place: Place, address: str, **more: str
) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
    """A server until the end of the block, and the seconds until it answered at ``address``.

    ``more`` goes into its environment.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        arguments, cwd=place.folder, env={**os.environ, **place.environment, **more},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not _answers(address):
            if process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise RuntimeError(f"{' '.join(arguments)} does not come up")
            time.sleep(0.02)
        yield time.perf_counter() - begun, process
    finally:
        process.terminate()
        process.wait()


def resident_mb(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of a process in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found.group(1)) / 1024 if found else float("nan")


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).status_code == 200
    except requests.RequestException:
        return False
