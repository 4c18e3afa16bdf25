"""Every billing gateway against the contract they share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Engine

from billing.database import DatabaseGateway, migrate, open_engine
from billing.gateway import BillingGateway
from billing.rest import Limits, RestGateway
from tests.billing.gateway_contract import GatewayContract
from tests.billing.reference_server import TOKEN, free_port, reference_server
from tests.servers.postgres import PostgresServer


class TestSqlite(GatewayContract):
    """The built-in database in a file."""

    @pytest.fixture(scope="class")
    def engine(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
        url = f"sqlite:///{tmp_path_factory.mktemp('billing')}/billing.db"
        migrate(url)
        engine = open_engine(url)
        yield engine
        engine.dispose()

    @pytest.fixture
    def gateway(self, engine: Engine) -> BillingGateway:
        return DatabaseGateway(engine)

    @pytest.fixture
    def stopped_gateway(self, tmp_path_factory: pytest.TempPathFactory) -> BillingGateway:
        folder = tmp_path_factory.mktemp("not-a-file")
        return DatabaseGateway(open_engine(f"sqlite:///{folder}"))


class TestPostgres(GatewayContract):
    """The built-in database on a server."""

    @pytest.fixture(scope="class")
    def engine(self, postgres_server: PostgresServer) -> Iterator[Engine]:
        url = postgres_server.new_database()
        migrate(url)
        engine = open_engine(url)
        yield engine
        engine.dispose()

    @pytest.fixture
    def gateway(self, engine: Engine) -> BillingGateway:
        return DatabaseGateway(engine)

    @pytest.fixture
    def stopped_gateway(self) -> BillingGateway:
        return DatabaseGateway(open_engine(f"postgresql://clara@127.0.0.1:{free_port()}/none"))


class TestRest(GatewayContract):
    """The REST gateway, calling the reference server over HTTP."""

    @pytest.fixture(scope="class")
    def engine(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
        url = f"sqlite:///{tmp_path_factory.mktemp('billing')}/billing.db"
        migrate(url)
        engine = open_engine(url)
        yield engine
        engine.dispose()

    @pytest.fixture(scope="class")
    def base_url(self, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
        log = tmp_path_factory.mktemp("billing-api") / "log"
        with reference_server(str(engine.url), log) as base_url:
            yield base_url

    @pytest.fixture(scope="class")
    def gateway(self, base_url: str) -> BillingGateway:
        return RestGateway(base_url, TOKEN)

    @pytest.fixture
    def stopped_gateway(self) -> BillingGateway:
        return RestGateway(f"http://127.0.0.1:{free_port()}", TOKEN, limits=Limits(attempts=1))
