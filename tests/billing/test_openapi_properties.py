"""Whatever is asked, right or wrong, the reference server answers as its document says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

from billing.database import migrate, open_engine
from tests.billing import world
from tests.billing.reference_server import TOKEN, reference_server
from tests.billing.test_openapi import DOCUMENT, operations, validate

PARAMETERS = DOCUMENT["components"]["parameters"]
OPERATIONS = list(operations())
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]
PATIENTLY = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,  # a fault that chance finds is found where the server is changed
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

CONSENT = {
    "holder_id": world.MARIA,
    "text": "Quero por e-mail.",
    "text_version": "3",
    "channel": "web",
    "protocol": "20261129000001",
    "given_at": "2026-11-29T10:00:00-03:00",
}
KNOWN = {
    "UnitSearch": {"number": world.FLAT_CODE.digits},
    "PersonSearch": {"cpf": world.MARIA_CPF.digits, "birth_date": world.MARIA_BIRTH.isoformat()},
    "CompanySearch": {"cnpj": world.ACAI_CNPJ.digits, "number": world.SHOP_CODE.digits},
    "Consent": CONSENT,
    "EmailInvoiceRequest": {"consent": CONSENT, "email": "outra@example.org"},
    "holder_id": world.MARIA,
    "unit_id": world.FLAT,
    "bill_id": world.NEWER_OPEN,
}
"""Made up alone, a request would hardly ever find anything."""

HEADER = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=200)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def base_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("billing-api")
    url = f"sqlite:///{folder}/billing.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server").new_database()
    migrate(url)
    world.rebuild(open_engine(url))
    with reference_server(url, folder / "log") as base_url:
        yield base_url


def made_of(schema: dict[str, Any], name: str) -> st.SearchStrategy[Any]:
    """What the schema allows, and what there is."""
    made = from_schema({**schema, "components": DOCUMENT["components"]})
    return st.just(KNOWN[name]) | made if name in KNOWN else made


def parameters_of(path: str, operation: dict[str, Any]) -> list[dict[str, Any]]:
    named = [*DOCUMENT["paths"][path].get("parameters", []), *operation.get("parameters", [])]
    return [PARAMETERS[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in named]


def body_schema_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    body = operation.get("requestBody")
    return body and body["content"]["application/json"]["schema"]


@st.composite
def allowed_requests(
    draw: st.DrawFn, method: str, path: str, operation: dict[str, Any]
) -> dict[str, Any]:
    """A request that the document allows."""
    request: dict[str, Any] = {"method": method, "headers": {}, "params": {}}
    for parameter in parameters_of(path, operation):
        name = parameter["name"]
        if parameter["in"] == "path":
            value = draw(made_of(parameter["schema"], name).map(str.strip))
            path = path.replace(f"{{{name}}}", value)
        elif parameter["in"] == "header":
            request["headers"][name] = draw(HEADER)
        elif draw(st.booleans()):
            request["params"][name] = draw(made_of(parameter["schema"], name))
    if schema := body_schema_of(operation):
        request["json"] = draw(made_of(schema, schema["$ref"].rpartition("/")[2]))
    return {**request, "path": path}


def answer_to(base_url: str, request: dict[str, Any]) -> requests.Response:
    """A connection each: one kept alive may be closed while the next request is being made up."""
    url = f"{base_url}{request['path']}"
    headers = {"Authorization": f"Bearer {TOKEN}", **request["headers"]}
    asked = {name: request.get(name) for name in ("params", "json", "data")}
    return requests.request(request["method"], url, headers=headers, timeout=60, **asked)


def check_refusal(answer: requests.Response) -> None:
    assert answer.headers["Content-Type"] == "application/problem+json"
    validate({"$ref": "#/components/schemas/Problem"}, answer.json())


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_what_the_document_allows_is_answered_as_it_says(
    base_url: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    answered = operation["responses"]["200"]["content"]["application/json"]["schema"]

    @PATIENTLY
    @given(allowed_requests(method, path, operation))
    def check(request: dict[str, Any]) -> None:
        answer = answer_to(base_url, request)
        if answer.status_code == 200:
            assert answer.headers["Content-Type"] == "application/json"
            validate(answered, answer.json())
            return
        # Check digits, and texts without U+0000, are nothing that a schema can say.
        expected = {(400, "invalid_request")} if "json" in request else set()
        expected.add((404, "record_not_found"))
        check_refusal(answer)
        assert (answer.status_code, answer.json()["code"]) in expected, answer.text

    check()


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_anything_else_is_refused_as_it_says(
    base_url: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    with_body = body_schema_of(operation) is not None

    @PATIENTLY
    @given(st.text(min_size=1), from_schema({}), HEADER, st.text())
    def check(identity: str, body: Any, key: str, months: str) -> None:
        url = re.sub(r"{\w+}", lambda _: requests.utils.quote(identity, safe=""), path)
        request = {
            "method": method,
            "path": url,
            "headers": {"Idempotency-Key": key},
            "params": {"months": months},
            "data": json.dumps(body).encode() if with_body else None,
        }
        answer = answer_to(base_url, request)
        check_refusal(answer)
        assert 400 <= answer.status_code < 500

    check()
