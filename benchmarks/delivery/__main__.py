"""Runs the load and prints the table; ``make bench-delivery`` is the short form."""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.delivery import load, rest
from benchmarks.delivery.figures import Run, table
from benchmarks.delivery.load import Limits
from benchmarks.delivery.providers import Providers
from benchmarks.delivery.servers import (
    Server,
    free_port,
    one_process,
    scaled_out,
    stock_rasa,
)

CHANNELS = ("webchat", "whatsapp", "telegram")
GROWTH = (10, 100, 1_000, 10_000)


def main() -> None:
    """See ``--help``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery")
    shapes = ("one-process", "scaled-out", "stock-rasa")
    parser.add_argument("--shapes", nargs="+", choices=shapes, default=list(shapes))
    parser.add_argument("--conversations", nargs="+", type=int, default=list(GROWTH))
    parser.add_argument("--sayings", type=int, default=3, help="messages of each customer")
    parser.add_argument("--engines", type=int, default=2, help="of the scaled-out shape")
    parser.add_argument("--arrivals", type=float, default=100, help="customers a second")
    parser.add_argument("--minutes", type=float, default=12, help="of each run, at most")
    parser.add_argument("--by-channel", action="store_true", help="a row for each channel, too")
    asked = parser.parse_args()
    _allow_many_sockets()
    rows: list[list[str]] = []
    for shape in asked.shapes:
        for run in asyncio.run(_measure(shape, asked)):
            by_channel = asked.by_channel and shape != "stock-rasa"
            channels = (None, *CHANNELS) if by_channel else (None,)
            rows += [run.row(channel) for channel in channels]
    sys.stdout.write(f"\n{table(rows)}\n")


async def _measure(shape: str, asked: argparse.Namespace) -> list[Run]:
    runs: list[Run] = []
    limits = Limits(asked.arrivals, 60 * asked.minutes)
    with tempfile.TemporaryDirectory(prefix="clara-bench-") as folder:
        async with Providers.open() as providers:
            port = free_port()
            environment = providers.environment(f"http://127.0.0.1:{port}")
            start = _starter(shape, Path(folder), environment, port, asked.engines)
            first = 0
            server = await asyncio.to_thread(start.__enter__)
            try:
                for conversations in asked.conversations:
                    before = server.cpu_seconds
                    how_much = conversations, asked.sayings, first, limits
                    if shape == "stock-rasa":
                        run = await rest.play(server.url, *how_much)
                    else:
                        run = await load.play(server.url, providers, *how_much)
                    run.shape = shape
                    run.cpu_seconds = server.cpu_seconds - before
                    run.memory_mb = server.memory_mb
                    runs.append(run)
                    sys.stderr.write(f"{' '.join(run.row())}\n")  # what is done, for who waits
                    first += conversations
            finally:
                await asyncio.to_thread(start.__exit__, None, None, None)
    return runs


def _starter(
    shape: str, folder: Path, environment: dict[str, str], port: int, engines: int
) -> AbstractContextManager[Server]:
    starters: dict[str, Callable[[], AbstractContextManager[Server]]] = {
        "one-process": lambda: one_process(folder, environment, port),
        "scaled-out": lambda: scaled_out(folder, environment, port, engines),
        "stock-rasa": lambda: stock_rasa(folder, port),
    }
    return starters[shape]()


def _allow_many_sockets() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
