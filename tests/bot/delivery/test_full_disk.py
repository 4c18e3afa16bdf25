"""A full disk: nothing is acknowledged that is not stored, and nothing acknowledged is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine as Records
from sqlalchemy.exc import OperationalError

import records as records_package
from bot.delivery.house import Delivery
from channels.assistant import Acceptance
from tests.bot.delivery.conftest import message, until
from tests.bot.delivery.provider import Provider
from tests.bot.scripted import ScriptedEngine
from tests.servers.disk import MountingForbidden, small_disk
from tests.servers.postgres import PostgresServer, account

DISK_MB = 24


@dataclass
class Disk:
    """What the records are on."""

    records: Records
    fill: Callable[[], None]
    free: Callable[[], None]


@pytest.fixture(params=["sqlite", "postgresql"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "sqlite":
        records = records_package.connect(f"sqlite:///{tmp_path}/records.db")
        records_package.migrate(records)
        # It takes fewer pages than there are for: as many as there are.
        yield Disk(records, lambda: _limit(records, 1), lambda: _limit(records, 1_000_000))
        records.dispose()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    try:
        with small_disk(DISK_MB, account()) as small:
            url = server.new_database(small.folder)
            records = records_package.connect(url)
            records_package.migrate(records)
            yield Disk(records, small.fill, small.free)
            records.dispose()
            server.drop_database(url)
    except MountingForbidden as error:
        pytest.skip(f"a disk to be filled needs the right to mount one: {error}")


def _limit(records: Records, pages: int) -> None:
    with records.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


@pytest.fixture
def records(disk: Disk) -> Records:
    return disk.records


async def test_a_full_disk_is_told_to_the_provider_and_costs_no_answer(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records, disk: Disk
) -> None:
    scripted.gate.clear()
    scripted.script["oi"] = [[{"text": "x" * 60_000}]]
    await delivery.conversations.accept(message("oi"))
    await scripted.started.wait()
    disk.fill()
    full: list[object] = []
    event.listen(records, "handle_error", full.append)
    texts: list[str] = []
    while not full:  # there is some room left in the tables
        texts.append(f"{len(texts)}" + "y" * 1_500)
        with suppress(OperationalError):
            await delivery.conversations.accept(message(texts[-1], f"n{len(texts)}"))
        assert len(texts) < 200
    scripted.gate.set()
    await until(lambda: len(full) > 1)  # the answer meets the full disk, too
    disk.free()
    last = await delivery.conversations.accept(message(texts[-1], f"n{len(texts)}"))
    assert last is Acceptance.ACCEPTED
    await provider.until(lambda: len(provider.said_to("ana")) == len(texts) + 1)
    assert scripted.heard == ["oi", *texts]
