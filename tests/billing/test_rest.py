"""What the REST gateway does with a system that misbehaves, and what it never lets out."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from billing.gateway import BillingRecordNotFound, BillingUnavailable
from billing.identifiers import Cnpj, Cpf, CustomerCode
from billing.model import Consent
from billing.rest import Limits, RestGateway
from billing.rest.call import Call
from billing.rest.circuit_breaker import CircuitBreaker
from billing.rest.exchange import HttpExchange
from billing.rest.transport import Transport
from tests.billing.misbehaving_server import (
    Behaviour,
    MisbehavingServer,
    answer,
    chunked_gzip,
    elapsed_since,
    hang,
    hang_up,
    misbehaving_server,
    trickle,
)

TOKEN = "the-secret-token"
LIMITS = Limits(connect_seconds=0.5, read_seconds=0.5, overall_seconds=1.5, attempts=3)

CPF, BIRTH, CODE = Cpf("52998224725"), date(1984, 10, 13), CustomerCode("3001234567")
EMAIL = "maria@example.com"
HOLDER = {"id": "h1", "name": "Maria", "document": CPF.digits, "email": EMAIL}
FOUND, NOBODY = {"holder": HOLDER}, {"holder": None}
MISSING = {"code": "record_not_found", "detail": "no such record"}
BILL: dict[str, Any] = {
    "id": "b1",
    "unit_id": "u1",
    "month": "2026-11-01",
    "issued_on": "2026-11-17",
    "due_on": "2026-11-30",
    "amount_cents": 28700,
    "beneficiary": {"name": "Luz do Norte", "cnpj": "98765432000198"},
    "payment_line": "98893001263456720261810000000009316460000028700",
    "pix": "00020126580014br.gov.bcb.pix01367d9f1c52-3b0e-4c8a-9e41-5a2f60b7c813"
    "5204000053039865406287.005802BR5920LUZ DO NORTE ENERGIA6005BELEM"
    "622905258F00D4764C385A93D1D8725AE63043837",
    "paid_on": None,
}


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with misbehaving_server() as running:
        yield running


@pytest.fixture
def gateway(server: MisbehavingServer) -> RestGateway:
    return RestGateway(server.base_url, TOKEN, limits=LIMITS)


def consent() -> Consent:
    given_at = datetime(2026, 11, 24, 14, 30, tzinfo=timezone.utc)
    return Consent("h1", "Quero.", "3", "whatsapp", "20261124000017", given_at)


# Retries


@pytest.mark.parametrize(
    "fault",
    [answer("busy", status) for status in (429, 502, 503, 504)] + [hang_up, hang],
    ids=["429", "502", "503", "504", "hangs up", "hangs"],
)
def test_a_passing_fault_is_tried_again(
    server: MisbehavingServer, gateway: RestGateway, fault: Behaviour
) -> None:
    server.will(fault, answer(HOLDER))
    assert gateway.holder("h1").name == "Maria"
    assert len(server.received) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 403, 409, 422, 500, 501])
def test_other_faults_are_not(server: MisbehavingServer, gateway: RestGateway, status: int) -> None:
    server.will(answer("no", status, Location="/elsewhere"))
    with pytest.raises(BillingUnavailable, match=f"HTTP {status}"):
        gateway.holder("h1")
    assert len(server.received) == 1


def test_searches_change_nothing_and_are_tried_again(
    server: MisbehavingServer, gateway: RestGateway
) -> None:
    server.will(answer("busy", 503), answer(FOUND))
    assert gateway.holder_by_person(CPF, BIRTH) is not None
    assert [request.method for request in server.received] == ["POST", "POST"]


def test_a_request_with_a_key_is_tried_again_with_the_same_key(
    server: MisbehavingServer, gateway: RestGateway
) -> None:
    server.will(answer("busy", 503), answer({"pending": None}))
    assert gateway.request_email_invoice(consent(), EMAIL, idempotency_key="k1") is None
    assert [request.headers["Idempotency-Key"] for request in server.received] == ["k1", "k1"]


@pytest.mark.parametrize("fault", [answer("busy", 503), hang_up], ids=["503", "hangs up"])
def test_a_post_without_a_key_is_not_tried_again(
    server: MisbehavingServer, fault: Behaviour
) -> None:
    server.will(fault, answer({}))
    transport = Transport(HttpExchange(server.base_url, TOKEN, LIMITS), LIMITS, CircuitBreaker())
    with pytest.raises(BillingUnavailable):
        transport.send(Call("POST", "/v1/something"))
    assert len(server.received) == 1


def test_attempts_come_to_an_end(server: MisbehavingServer, gateway: RestGateway) -> None:
    server.will(answer("busy", 503))
    with pytest.raises(BillingUnavailable):
        gateway.holder("h1")
    assert len(server.received) == 3


def test_the_wait_that_was_asked_for_is_kept(
    server: MisbehavingServer, gateway: RestGateway
) -> None:
    server.will(answer("busy", 429, Retry_After="1"), answer(HOLDER))
    start = time.monotonic()
    gateway.holder("h1")
    assert elapsed_since(start) >= 1


def test_a_wait_beyond_the_deadline_is_not_begun(
    server: MisbehavingServer, gateway: RestGateway
) -> None:
    server.will(answer("busy", 503, Retry_After="3600"))
    start = time.monotonic()
    with pytest.raises(BillingUnavailable):
        gateway.holder("h1")
    assert elapsed_since(start) < 1
    assert len(server.received) == 1


# Deadlines and bounds


@pytest.mark.parametrize("fault", [hang, trickle], ids=["hangs", "trickles"])
def test_a_call_ends_by_its_deadline(
    server: MisbehavingServer, gateway: RestGateway, fault: Behaviour
) -> None:
    server.will(fault)
    start = time.monotonic()
    with pytest.raises(BillingUnavailable):
        gateway.holder("h1")
    assert elapsed_since(start) < LIMITS.overall_seconds + LIMITS.read_seconds + 1


def test_an_answer_without_end_is_not_read(server: MisbehavingServer) -> None:
    server.will(answer({**HOLDER, "name": "x" * 5000}))
    gateway = RestGateway(server.base_url, TOKEN, limits=Limits(max_body_bytes=1000))
    with pytest.raises(BillingUnavailable, match="too large"):
        gateway.holder("h1")


def test_an_answer_may_come_compressed_and_in_pieces(
    server: MisbehavingServer, gateway: RestGateway
) -> None:
    server.will(chunked_gzip(HOLDER))
    assert gateway.holder("h1").name == "Maria"


@pytest.mark.parametrize("kind", [answer, chunked_gzip])
def test_connections_are_kept(
    server: MisbehavingServer, gateway: RestGateway, kind: Callable[[Any], Behaviour]
) -> None:
    server.will(kind(HOLDER))
    for _ in range(3):
        gateway.holder("h1")
    assert len({request.client_port for request in server.received}) == 1


# The circuit breaker


class Clock:
    """Monotonic seconds that pass when told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_system_that_keeps_failing_is_left_alone_and_then_tried_once(
    server: MisbehavingServer,
) -> None:
    clock = Clock()
    gateway = RestGateway(
        server.base_url,
        TOKEN,
        limits=Limits(attempts=1),
        breaker=CircuitBreaker(failures=2, rest_seconds=30, clock=clock),
    )

    def fails() -> None:
        with pytest.raises(BillingUnavailable):
            gateway.holder("h1")

    server.will(answer("busy", 503))
    for _ in range(5):
        fails()
    assert len(server.received) == 2  # open: the others were not sent

    clock.now += 30
    for _ in range(3):
        fails()
    assert len(server.received) == 3  # half-open: one trial, which failed

    clock.now += 30
    server.will(answer(HOLDER))
    for _ in range(3):
        gateway.holder("h1")
    assert len(server.received) == 6  # closed again


def test_a_system_that_refuses_is_not_failing(server: MisbehavingServer) -> None:
    breaker = CircuitBreaker(failures=1)
    gateway = RestGateway(server.base_url, TOKEN, limits=LIMITS, breaker=breaker)
    server.will(answer("no", 401), answer(MISSING, 404), answer(HOLDER))
    with pytest.raises(BillingUnavailable):
        gateway.holder("h1")
    with pytest.raises(BillingRecordNotFound):
        gateway.holder("h1")
    assert gateway.holder("h1").name == "Maria"


# Answers


def test_nobody_found_is_an_answer(server: MisbehavingServer, gateway: RestGateway) -> None:
    server.will(answer(NOBODY))
    assert gateway.holder_by_person(CPF, BIRTH) is None


def test_a_missing_record_is_told_from_a_wrong_address(
    server: MisbehavingServer, gateway: RestGateway
) -> None:
    server.will(answer(MISSING, 404))
    with pytest.raises(BillingRecordNotFound):
        gateway.bill("b1")
    server.will(answer("<h1>Not found</h1>", 404))
    with pytest.raises(BillingUnavailable):
        gateway.bill("b1")


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("<html>", "not JSON"),
        ([], "expected an object"),
        ({**HOLDER, "document": 52998224725}, "document: expected a string"),
        ({"id": "h1", "name": "Maria"}, "document: expected a value"),
    ],
    ids=["HTML", "array", "number", "incomplete"],
)
def test_an_answer_that_breaks_the_api_is_not_used(
    server: MisbehavingServer, gateway: RestGateway, wrong: Any, complaint: str
) -> None:
    server.will(answer(wrong))
    with pytest.raises(BillingUnavailable, match=complaint):
        gateway.holder("h1")


def test_fields_of_the_future_are_ignored(server: MisbehavingServer, gateway: RestGateway) -> None:
    server.will(answer({**HOLDER, "nickname": "Naza"}))
    assert gateway.holder("h1").name == "Maria"


@pytest.mark.parametrize(
    "wrong",
    [
        {"payment_line": BILL["payment_line"][:-1] + "1"},
        {"payment_line": ""},
        {"pix": BILL["pix"][:-1] + "0"},
    ],
    ids=["wrong line", "no line", "wrong Pix"],
)
def test_an_open_bill_that_cannot_be_paid_is_not_shown(
    server: MisbehavingServer, gateway: RestGateway, wrong: dict[str, str]
) -> None:
    server.will(answer({"bills": [BILL]}))
    assert len(gateway.open_bills("u1")) == 1
    server.will(answer({"bills": [{**BILL, **wrong}]}))
    with pytest.raises(BillingUnavailable, match="payment code"):
        gateway.open_bills("u1")
    server.will(answer({"bills": [{**BILL, **wrong, "paid_on": "2026-11-20"}]}))
    assert len(gateway.bills("u1")) == 1


# What goes out, and what must not


def call_everything(gateway: RestGateway) -> None:
    calls = (
        lambda: gateway.unit_by_number(CODE),
        lambda: gateway.holder_by_person(CPF, BIRTH),
        lambda: gateway.holder_by_company(Cnpj("12ABC34501DE35"), CODE),
        lambda: gateway.holder("h1"),
        lambda: gateway.units("h1"),
        lambda: gateway.open_bills("u1"),
        lambda: gateway.bills("u1"),
        lambda: gateway.bill("b1"),
        lambda: gateway.invoice("b1"),
        lambda: gateway.email_invoice("h1"),
        lambda: gateway.request_email_invoice(consent(), EMAIL, idempotency_key="k"),
        lambda: gateway.confirm_email_invoice("c1"),
        lambda: gateway.end_email_invoice(consent(), idempotency_key="k"),
    )
    for call in calls:
        with pytest.raises(BillingUnavailable):
            call()


def test_personal_data_is_never_in_an_address(
    server: MisbehavingServer, gateway: RestGateway
) -> None:
    server.will(answer("no", 400))
    call_everything(gateway)
    addresses = [request.path for request in server.received]
    assert len(addresses) == 13
    for personal in (CPF.digits, "1984", CODE.digits, "12ABC", "example.com", "Quero"):
        assert not any(personal in address for address in addresses)


@pytest.mark.parametrize(
    "fault",
    [
        answer("busy", 503),
        answer({"holder": {**HOLDER, "id": CPF.digits, "name": None}}),
        answer({**HOLDER, "name": 1}),
        answer(json.dumps(HOLDER)[:-1]),
        hang_up,
    ],
    ids=["503", "wrong type", "wrong shape", "cut short", "hangs up"],
)
def test_an_error_tells_nothing_personal(
    server: MisbehavingServer, gateway: RestGateway, fault: Behaviour
) -> None:
    server.will(fault)
    for call in (
        lambda: gateway.holder_by_person(CPF, BIRTH),
        lambda: gateway.holder("secret-id"),
        lambda: gateway.request_email_invoice(consent(), EMAIL, idempotency_key="k"),
    ):
        with pytest.raises(BillingUnavailable) as caught:
            call()
        told = "".join(traceback.format_exception(caught.value))
        for secret in (CPF.digits, "1984-10-13", EMAIL, "secret-id?", "/secret-id", TOKEN, "Maria"):
            assert secret not in told


def test_the_token_is_sent_and_no_other_replaces_it(
    server: MisbehavingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    server.will(answer(HOLDER))
    RestGateway(server.base_url, TOKEN).holder("h1")
    assert server.received[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_ids_may_hold_any_character(server: MisbehavingServer, gateway: RestGateway) -> None:
    server.will(answer(HOLDER))
    gateway.holder("a/b?c#d é")
    assert server.received[0].path == "/v1/holders/a%2Fb%3Fc%23d%20%C3%A9"


def test_the_base_address_may_have_a_path(server: MisbehavingServer) -> None:
    server.will(answer(HOLDER))
    RestGateway(f"{server.base_url}/clara/", TOKEN).holder("h1")
    assert server.received[0].path == "/clara/v1/holders/h1"
