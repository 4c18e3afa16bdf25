"""A real PostgreSQL server for the tests: fresh, on a free port, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest

_START_SECONDS = 60
_STOP_SECONDS = 30
ACCOUNT = "postgres"  # PostgreSQL refuses to run as root


class PostgresServer:
    """A server whose superuser is ``clara``; ``kill`` and ``start`` show what is without it."""

    def __init__(self, binaries: Path, home: Path, password: str) -> None:
        self.port = _free_port()
        self.password = password
        self._binaries = binaries
        self._home = home
        self._process: subprocess.Popen | None = None

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql://clara:{self.password}@127.0.0.1:{self.port}/{database}"

    def new_database(self, folder: Path | None = None) -> str:
        """Make an empty database and return its URL; its tables are kept in ``folder``."""
        name = f"test_{secrets.token_hex(6)}"
        with closing(psycopg2.connect(self.url(), connect_timeout=5)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            if folder:
                cursor.execute(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
            cursor.execute(f"CREATE DATABASE {name} TABLESPACE {name if folder else 'pg_default'}")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever uses it, and the tablespace of its own."""
        name = url.rpartition("/")[2]
        with closing(psycopg2.connect(self.url(), connect_timeout=5)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            cursor.execute(f"DROP TABLESPACE IF EXISTS {name}")

    def start(self) -> None:
        """Run it, and wait until clients can connect."""
        log = self._home / "log"
        with log.open("a") as output:
            self._process = subprocess.Popen(
                [
                    self._binaries / "postgres",
                    *("-D", self._home / "data"),
                    *("-p", str(self.port)),
                    *("-c", "listen_addresses=127.0.0.1"),
                    *("-c", f"unix_socket_directories={self._home}"),
                    *("-c", "fsync=off"),  # nothing here outlives the tests
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
                user=account(),
                cwd=self._home,
                start_new_session=True,
            )
        _wait_until_ready(self, self._process, log)

    def kill(self) -> None:
        """End it and all its sessions at once, as a crash does."""
        if self._process:
            # Each session leads a process group of its own, and would hold the shared memory on.
            pid = self._process.pid
            sessions = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            for one in (pid, *map(int, sessions)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            self._process.wait(_STOP_SECONDS)

    def stop(self) -> None:
        """End it in order."""
        if self._process:
            # SIGINT is PostgreSQL's "fast shutdown": it does not wait for clients to leave.
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_STOP_SECONDS)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Run PostgreSQL for the whole test session."""
    with run_postgres() as server:
        yield server


@contextmanager
def run_postgres() -> Iterator[PostgresServer]:
    """Run PostgreSQL until the block ends."""
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="clara-postgres-") as folder:
        home = Path(folder)
        _give_to_account(home)
        password = secrets.token_hex(16)
        _initialise(binaries, home, password)
        server = PostgresServer(binaries, home, password)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _binaries() -> Path:
    """Return the folder of PostgreSQL's newest programs; Debian keeps them off the PATH."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name)
    )
    if shutil.which("pg_config"):
        answer = subprocess.run(
            ["pg_config", "--bindir"], capture_output=True, text=True, check=True, timeout=30
        )
        folders.insert(0, Path(answer.stdout.strip()))
    for folder in reversed(folders):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.fail("PostgreSQL is not installed; install it, on Debian: apt-get install postgresql")


def account() -> str | None:
    """Return the account to run as, or None for our own."""
    return ACCOUNT if os.geteuid() == 0 else None


def _give_to_account(folder: Path) -> None:
    if account():
        owner = pwd.getpwnam(ACCOUNT)
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def _initialise(binaries: Path, home: Path, password: str) -> None:
    password_file = home / "password"
    password_file.write_text(password)
    _give_to_account(password_file)
    made = subprocess.run(
        [
            binaries / "initdb",
            f"--pgdata={home / 'data'}",
            "--username=clara",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        user=account(),
        cwd=home,
    )
    assert made.returncode == 0, made.stderr


def _wait_until_ready(server: PostgresServer, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg2.connect(server.url(), connect_timeout=2).close()
        except psycopg2.OperationalError:
            stopped = process.poll() is not None
            if stopped or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL does not start:\n{log.read_text()}")
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
