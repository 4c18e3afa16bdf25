"""A real RabbitMQ server for the tests: a node of its own, on free ports, gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_SECONDS = 90
STOP_SECONDS = 30
LIBRARY = Path("/usr/lib/rabbitmq/bin")  # Debian's; the scripts on PATH insist on another account


class RabbitServer:
    """A node; ``kill`` and ``start`` are for tests of what happens without it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._ports = dict(zip(("amqp", "distribution", "epmd"), _free_ports(3), strict=True))
        self._password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"amqp://clara:{self._password}@127.0.0.1:{self._ports['amqp']}/"

    def start(self) -> None:
        """Run it, and wait until clients can connect."""
        self._write_settings()
        environment = self._environment()
        log = self._home / "log"
        with log.open("ab") as output:
            options = {"env": environment, "cwd": self._home, "start_new_session": True}
            if self._epmd is None:
                epmd = shutil.which("epmd")
                assert epmd, "Erlang is not installed"
                # In the foreground: as a daemon it would outlive the tests.
                self._epmd = subprocess.Popen([epmd], stdout=output, stderr=output, **options)
            self._process = subprocess.Popen(
                [LIBRARY / "rabbitmq-server"], stdout=output, stderr=output, **options
            )
        self._wait_until_ready(log)

    def kill(self) -> None:
        """End it as a power failure does."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it and its port mapper."""
        self._signal(signal.SIGTERM)
        if self._epmd:
            self._epmd.terminate()
            self._epmd.wait(STOP_SECONDS)
            self._epmd = None

    def _signal(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        os.killpg(process.pid, number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(STOP_SECONDS)

    def _write_settings(self) -> None:
        (self._home / "plugins").write_text("[rabbitmq_consistent_hash_exchange].\n")
        (self._home / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self._ports['amqp']}\n"
            "default_user = clara\n"
            f"default_pass = {self._password}\n"
            "log.console = true\n"
            "log.file = false\n"
        )

    def _environment(self) -> dict[str, str]:
        home = str(self._home)
        return {
            "PATH": f"{LIBRARY}:{os.environ['PATH']}",
            "HOME": home,  # where Erlang keeps its cookie
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"clara{self._ports['amqp']}@localhost",
            "RABBITMQ_DIST_PORT": str(self._ports["distribution"]),
            "ERL_EPMD_PORT": str(self._ports["epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": f"{home}/data",
            "RABBITMQ_LOG_BASE": f"{home}/logs",
            "RABBITMQ_CONFIG_FILE": f"{home}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{home}/plugins",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            # Few schedulers that do not spin: the tests need the processors too.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
            ),
        }

    def _wait_until_ready(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        assert self._process
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self._ports["amqp"]), 1) as client:
                    client.settimeout(2)
                    client.sendall(b"AMQP\x00\x00\x09\x01")
                    if client.recv(1):
                        return
            except OSError:
                pass
            time.sleep(0.1)  # polling a condition; the deadline above bounds it
        pytest.fail(f"RabbitMQ does not start:\n{log.read_text()[-4000:]}")


@contextmanager
def run_rabbitmq() -> Iterator[RabbitServer]:
    """Run RabbitMQ until the block ends."""
    if not (LIBRARY / "rabbitmq-server").exists():
        pytest.fail("RabbitMQ is not installed; on Debian: apt-get install rabbitmq-server")
    with tempfile.TemporaryDirectory(
        prefix="clara-rabbitmq-", ignore_cleanup_errors=True
    ) as folder:
        server = RabbitServer(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def rabbitmq_server() -> Iterator[RabbitServer]:
    """Run RabbitMQ for the whole test session."""
    with run_rabbitmq() as server:
        yield server


def _free_ports(number: int) -> list[int]:
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports
