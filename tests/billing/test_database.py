"""The billing database: its schema, how it is opened, and what it keeps as proof."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from billing.database import DatabaseGateway, migrate, open_engine
from billing.database.schema import VERSION_TABLE, alembic_config
from billing.database.tables import email_consents, email_withdrawals, holders, metadata
from billing.model import Consent
from tests.billing import world
from tests.servers.postgres import PostgresServer

GIVEN_AT = datetime(2026, 11, 24, 11, 30, tzinfo=timezone(timedelta(hours=-3)))
GIVEN_AT_UTC = datetime(2026, 11, 24, 14, 30)
CONFIRMED_AT = datetime(2026, 11, 25, 9, 0, tzinfo=timezone.utc)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return server.new_database()
    return f"sqlite:///{tmp_path_factory.mktemp('billing')}/billing.db"


@pytest.fixture
def engine(url: str) -> Engine:
    migrate(url)
    engine = open_engine(url)
    world.rebuild(engine)
    return engine


@pytest.fixture
def gateway(engine: Engine) -> DatabaseGateway:
    return DatabaseGateway(engine, now=lambda: CONFIRMED_AT)


def test_an_sqlite_file_is_readable_by_nobody_else_on_the_machine(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new/billing.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")
        modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new").iterdir()}
    assert modes == {0o600}


def agreement(given_at: datetime = GIVEN_AT) -> Consent:
    return Consent(
        holder_id=world.MARIA,
        text="Quero receber a conta por e-mail.",
        text_version="3",
        channel="telegram",
        protocol="20261124000017",
        given_at=given_at,
    )


def only_row(engine: Engine, table: Any) -> dict[str, Any]:
    with engine.connect() as connection:
        row = dict(connection.execute(select(table)).one()._mapping)
    # SQLite keeps no time zone.
    return {k: v.replace(tzinfo=None) if isinstance(v, datetime) else v for k, v in row.items()}


def test_migrations_make_the_tables_that_the_code_knows(url: str) -> None:
    migrate(url)
    with open_engine(url).connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(engine: Engine, url: str) -> None:
    migrate(url)
    assert DatabaseGateway(engine).holder(world.MARIA).id == world.MARIA


def test_processes_that_start_together_may_all_migrate(url: str) -> None:
    script = "import sys; from billing.database import migrate; migrate(sys.argv[1])"
    started = [subprocess.Popen([sys.executable, "-c", script, url]) for _ in range(2)]
    assert [process.wait(60) for process in started] == [0, 0]


def test_migrations_can_be_taken_back(url: str) -> None:
    migrate(url)
    engine = open_engine(url)
    command.downgrade(alembic_config(engine), "base")
    assert inspect(engine).get_table_names() == [VERSION_TABLE]


def test_only_sqlite_and_postgresql_are_supported() -> None:
    with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
        open_engine("mysql://localhost/billing")


def test_the_folder_of_a_file_is_made(tmp_path: Any) -> None:
    migrate(f"sqlite:///{tmp_path}/data/clara/billing.db")
    assert (tmp_path / "data" / "clara" / "billing.db").exists()


def test_sqlite_reads_while_another_writes_and_checks_references(tmp_path: Any) -> None:
    with open_engine(f"sqlite:///{tmp_path}/billing.db").connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000}


def test_postgresql_ends_statements_that_take_too_long(postgres_server: PostgresServer) -> None:
    with open_engine(postgres_server.url()).connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "10s"


def test_faults_do_not_tell_what_was_being_stored(engine: Engine) -> None:
    maria_again = {"id": "x", "name": "x", "document": world.MARIA_CPF.digits}
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        connection.execute(insert(holders), maria_again)
    assert "parameters hidden" in str(caught.value)


def test_an_agreement_is_kept_with_all_that_proves_it(
    engine: Engine, gateway: DatabaseGateway
) -> None:
    waiting = gateway.request_email_invoice(agreement(), "n@example.org", idempotency_key="k1")
    assert waiting is not None
    gateway.confirm_email_invoice(waiting.id)
    assert only_row(engine, email_consents) == {
        "id": waiting.id,
        "holder_id": world.MARIA,
        "idempotency_key": "k1",
        "text": "Quero receber a conta por e-mail.",
        "text_version": "3",
        "channel": "telegram",
        "protocol": "20261124000017",
        "given_at": GIVEN_AT_UTC,
        "email": "n@example.org",
        "needs_confirmation": True,
        "state": "active",
        "confirmed_at": CONFIRMED_AT.replace(tzinfo=None),
        "ended_at": None,
    }


def test_a_withdrawal_is_kept_beside_the_agreement_that_it_ends(
    engine: Engine, gateway: DatabaseGateway
) -> None:
    gateway.request_email_invoice(agreement(), world.MARIA_EMAIL, idempotency_key="k1")
    withdrawn_at = GIVEN_AT + timedelta(days=2)
    gateway.end_email_invoice(agreement(withdrawn_at), idempotency_key="k2")
    consent = only_row(engine, email_consents)
    assert (consent["state"], consent["given_at"]) == ("withdrawn", GIVEN_AT_UTC)
    assert consent["ended_at"] == GIVEN_AT_UTC + timedelta(days=2)
    withdrawal = only_row(engine, email_withdrawals)
    assert withdrawal["given_at"] == GIVEN_AT_UTC + timedelta(days=2)
    assert (withdrawal["holder_id"], withdrawal["protocol"]) == (world.MARIA, "20261124000017")


def test_a_withdrawal_repeated_is_kept_once(engine: Engine, gateway: DatabaseGateway) -> None:
    gateway.end_email_invoice(agreement(), idempotency_key="k")
    gateway.end_email_invoice(agreement(), idempotency_key="k")
    assert only_row(engine, email_withdrawals)["idempotency_key"] == "k"


def test_an_instant_without_time_zone_proves_nothing(gateway: DatabaseGateway) -> None:
    with pytest.raises(ValueError, match="time zone"):
        gateway.request_email_invoice(
            agreement(GIVEN_AT_UTC), world.MARIA_EMAIL, idempotency_key="k"
        )


def test_the_database_itself_refuses_two_agreements_in_force(
    engine: Engine, gateway: DatabaseGateway
) -> None:
    gateway.request_email_invoice(agreement(), world.MARIA_EMAIL, idempotency_key="k1")
    with engine.connect() as connection:
        first = dict(connection.execute(select(email_consents)).one()._mapping)
    second = {**first, "id": "another", "idempotency_key": "k2"}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(email_consents), second)
