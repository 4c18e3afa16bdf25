"""What the load goes against: Clara in either shape, and stock Rasa with a connector of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 120
ROOT = Path(__file__).parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Server:
    """Something that answers at an address, and the processes that it takes."""

    url: str
    processes: tuple[subprocess.Popen[bytes], ...]

    @property
    def cpu_seconds(self) -> float:
        """CPU time so far, user and system, threads included."""
        return sum(_cpu(process.pid) for process in self.processes)

    @property
    def memory_mb(self) -> float:
        """Resident memory."""
        pages = (Path(f"/proc/{one.pid}/statm").read_text().split()[1] for one in self.processes)
        return sum(int(count) * _PAGE / 1e6 for count in pages)


@contextmanager
def one_process(directory: Path, environment: Mapping[str, str], port: int) -> Iterator[Server]:
    """Clara as ``make run`` starts her: SQLite, one process."""
    settings = {
        **environment,
        "CLARA_DATA_DIR": str(directory),
        "CLARA_PORT": str(port),
        "CLARA_METRICS_PORT": str(free_port()),
    }
    _run(["-m", "bot", "prepare"], settings)
    with _started([("-m", "bot", "serve")], [settings], directory) as processes:
        yield Server(_up(port, processes, directory), processes)


@contextmanager
def scaled_out(
    directory: Path, environment: Mapping[str, str], port: int, engines: int
) -> Iterator[Server]:
    """Clara over PostgreSQL and RabbitMQ: one gateway, several engines. The servers' own CPU time
    is not counted."""
    from tests.servers.postgres import run_postgres
    from tests.servers.rabbitmq import run_rabbitmq

    with ExitStack() as servers:
        postgres = servers.enter_context(run_postgres())
        broker = servers.enter_context(run_rabbitmq())
        shared = {
            **environment,
            "CLARA_RECORDS_URL": postgres.new_database(),
            "CLARA_BILLING_DATABASE_URL": postgres.new_database(),
            "CLARA_BROKER_URL": broker.url,
        }
        ports = [port, *(free_port() for _ in range(engines))]
        each = [
            {
                **shared,
                "CLARA_ROLE": "gateway" if number == 0 else "engine",
                "CLARA_PORT": str(one),
                "CLARA_METRICS_PORT": str(free_port()),
                "CLARA_DATA_DIR": str(directory / str(number)),
            }
            for number, one in enumerate(ports)
        ]
        _run(["-m", "bot", "prepare"], each[0])
        commands = [("-m", "bot", "serve")] * len(each)
        with _started(commands, each, directory) as processes:
            for one in ports:
                _up(one, processes, directory)
            yield Server(f"http://127.0.0.1:{port}", processes)


@contextmanager
def stock_rasa(directory: Path, port: int) -> Iterator[Server]:
    """Stock Rasa with the same model: its server, REST connector, SQL store and action server."""
    actions = free_port()
    (directory / "credentials.yml").write_text("rest:\n")
    (directory / "endpoints.yml").write_text(
        f"action_endpoint:\n  url: http://127.0.0.1:{actions}/webhook\n"
        f"tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: {directory}/rasa.db\n"
        "nlg:\n  type: bot.responses.VariedResponses\n"
    )
    settings = {"CLARA_DATA_DIR": str(directory)}
    _run(["-m", "bot", "prepare"], settings)
    newest = max((ROOT / "models").glob("clara-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    commands = [
        ("-m", "rasa", "run", "actions", "--port", str(actions)),
        (
            *("-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)),
            *("--credentials", str(directory / "credentials.yml")),
            *("--endpoints", str(directory / "endpoints.yml"), "--model", str(newest)),
        ),
    ]
    with _started(commands, [settings] * 2, directory) as processes:
        yield Server(_up(port, processes, directory, "/"), processes)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _started(
    commands: Sequence[Sequence[str]], settings: Sequence[Mapping[str, str]], directory: Path
) -> Iterator[tuple[subprocess.Popen[bytes], ...]]:
    processes = []
    try:
        for number, (command, own) in enumerate(zip(commands, settings, strict=True)):
            with (directory / f"log-{number}").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        [sys.executable, *command],
                        env=_environment(own),
                        cwd=ROOT,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                    )
                )
        yield tuple(processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def _run(command: Sequence[str], settings: Mapping[str, str]) -> None:
    subprocess.run(
        [sys.executable, *command],
        env=_environment(settings),
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLARA_")}
    fixed = {
        "CLARA_SECRET": "the secret of the benchmarks, 32 or more",
        "CLARA_TRUSTED_PROXIES": "1",  # every customer comes from an address of their own
        "CLARA_LOG_LEVEL": "WARNING",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    return {**kept, **fixed, **settings}


def _up(
    port: int,
    processes: Sequence[subprocess.Popen[bytes]],
    directory: Path,
    path: str = "/ready",
) -> str:
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            break
        try:
            with urllib.request.urlopen(url + path, timeout=2) as response:
                if response.status == 200:
                    return url
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    logs = "\n".join(log.read_text()[-2_000:] for log in sorted(directory.glob("log-*")))
    raise RuntimeError(f"The server did not start:\n{logs}")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
