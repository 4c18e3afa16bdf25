"""The reference server: who may call it, and how it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from billing.database import migrate, open_engine
from tests.billing import world
from tests.billing.reference_server import TOKEN, reference_server

PERSON = {"cpf": world.MARIA_CPF.digits, "birth_date": world.MARIA_BIRTH.isoformat()}


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("billing-api")
    url = f"sqlite:///{folder}/billing.db"
    migrate(url)
    world.rebuild(open_engine(url))
    with reference_server(url, folder / "log") as base_url:
        yield base_url
    log = (folder / "log").read_text()
    assert f"Billing API: {base_url}/v1" in log
    assert world.MARIA_CPF.digits not in log


def post(base_url: str, path: str, token: str = TOKEN, **request: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.post(f"{base_url}{path}", headers=headers, timeout=10, **request)


def test_it_answers_whoever_has_the_token(base_url: str) -> None:
    answer = post(base_url, "/v1/searches/person", json=PERSON)
    assert answer.status_code == 200
    assert answer.json()["holder"]["id"] == world.MARIA
    assert "Nazaré".encode() in answer.content


@pytest.mark.parametrize("token", [b"", b"another", f"{TOKEN}x".encode(), "é".encode(), b"\xff"])
def test_it_answers_nobody_else(base_url: str, token: bytes) -> None:
    answer = requests.post(
        f"{base_url}/v1/searches/person",
        json=PERSON,
        headers={"Authorization": b"Bearer " + token},
        timeout=10,
    )
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Maria" not in answer.text


def test_it_asks_for_the_token_of_whoever_sends_none(base_url: str) -> None:
    answer = requests.get(f"{base_url}/v1/holders/{world.MARIA}", timeout=10)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "null",
        "[]",
        '{"cpf": "52998224725"}',
        '{"cpf": "52998224724", "birth_date": "1984-10-13"}',
        '{"cpf": "529.982.247-25", "birth_date": "1984-10-13"}',
        '{"cpf": "52998224725", "birth_date": "13/10/1984"}',
        '{"cpf": 52998224725, "birth_date": "1984-10-13"}',
    ],
)
def test_a_wrong_body_is_refused_and_not_repeated(base_url: str, body: str) -> None:
    answer = post(base_url, "/v1/searches/person", data=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "detail"}
    assert "5299" not in answer.text
    assert "1984" not in answer.text


def test_a_body_without_end_is_refused(base_url: str) -> None:
    assert post(base_url, "/v1/searches/person", data="x" * 100_000).status_code == 413


@pytest.mark.parametrize("months", ["0", "121", "-1", "x", "1.5", "²"])
def test_months_have_bounds(base_url: str, months: str) -> None:
    answer = requests.get(
        f"{base_url}/v1/units/{world.FLAT}/bills",
        params={"months": months},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("key", [None, "x" * 201])
def test_a_change_needs_a_key(base_url: str, key: str | None) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", **({"Idempotency-Key": key} if key else {})}
    answer = requests.post(
        f"{base_url}/v1/email-invoice/withdrawals", json={}, headers=headers, timeout=10
    )
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]


def test_an_unknown_route_is_not_a_missing_record(base_url: str) -> None:
    assert post(base_url, "/v1/nothing").json()["code"] != "record_not_found"


@pytest.mark.parametrize(
    ("token", "complaint"), [("", "set CLARA_BILLING_REST_TOKEN"), ("short", "16 characters")]
)
def test_it_does_not_start_without_a_good_token(tmp_path: Any, token: str, complaint: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "billing_api", "--database-url", f"sqlite:///{tmp_path}/b.db"],
        env={**os.environ, "CLARA_BILLING_REST_TOKEN": token},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    assert complaint in ended.stderr
