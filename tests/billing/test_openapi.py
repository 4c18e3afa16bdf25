"""The published document, the reference server and the code that speaks to it are one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import RefResolver
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from openapi_spec_validator import validate_spec

import billing_api
from billing import model
from billing.database import DatabaseGateway, migrate, open_engine
from billing.model import Bill
from billing.pix import parse_pix
from billing.rest import messages
from billing.rest.wire import decode, encode
from billing_api import create_server
from tests.billing import world

DOCUMENT = yaml.safe_load(
    Path(billing_api.__file__).with_name("openapi.yaml").read_text(encoding="utf-8")
)
SCHEMAS = DOCUMENT["components"]["schemas"]
CLASSES = {
    name: getattr(messages, name, None) or getattr(model, name)
    for name, schema in SCHEMAS.items()
    if schema.get("type") == "object" and name not in ("Nothing", "Problem")
}
METHODS = ("get", "put", "post", "delete", "patch")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def bodies() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Yield where each example is, the schema it belongs to, and the example."""
    for method, path, operation in operations():
        contents = [operation["requestBody"]] if "requestBody" in operation else []
        contents.append(operation["responses"]["200"])
        for content in contents:
            body = content["content"]["application/json"]
            examples = [example["value"] for example in body.get("examples", {}).values()]
            for example in examples or [body["example"]]:
                yield f"{method} {path}", body["schema"], example


def validate(schema: dict[str, Any], value: Any) -> None:
    resolver = RefResolver.from_schema(DOCUMENT)
    OAS30Validator(schema, resolver=resolver, format_checker=oas30_format_checker).validate(value)


def class_of(schema: dict[str, Any]) -> Any:
    return CLASSES[schema["$ref"].rpartition("/")[2]]


def test_the_document_is_valid() -> None:
    validate_spec(DOCUMENT)


def test_the_server_serves_what_the_document_says_and_nothing_else(tmp_path: Path) -> None:
    server = create_server(DatabaseGateway(open_engine(f"sqlite:///{tmp_path}/b.db")), "x" * 32)
    served = {
        (method, "/" + re.sub(r"<(\w+):str>", r"{\1}", route.path))
        for route in server.router.routes
        for method in route.methods
    }
    assert served == {(method, path) for method, path, _ in operations()}


@pytest.mark.parametrize("name", CLASSES)
def test_schemas_have_the_fields_that_cross_the_wire(name: str) -> None:
    named = {field.name for field in fields(CLASSES[name])}
    assert set(SCHEMAS[name]["properties"]) == named
    assert set(SCHEMAS[name]["required"]) == named


@pytest.mark.parametrize(("where", "schema", "example"), bodies())
def test_examples_are_what_they_are_examples_of(
    where: str, schema: dict[str, Any], example: Any
) -> None:
    validate(schema, example)
    value = decode(class_of(schema), example)
    validate(schema, encode(value))


def test_the_bill_of_the_examples_could_be_paid() -> None:
    (example,) = (e for where, _, e in bodies() if where == "GET /v1/bills/{bill_id}")
    bill = decode(Bill, example)
    code = bill.payment_code
    assert (code.amount_cents, code.due_date) == (bill.amount_cents, bill.due_on)
    assert parse_pix(bill.pix).amount_cents == bill.amount_cents


def test_real_answers_follow_the_document(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/billing.db"
    migrate(url)
    engine = open_engine(url)
    world.rebuild(engine)
    gateway = DatabaseGateway(engine)
    answers = {
        "Holder": gateway.holder(world.JOAO),
        "UnitFound": messages.UnitFound(gateway.unit_by_number(world.SHOP_CODE)),
        "HolderFound": messages.HolderFound(None),
        "BillList": messages.BillList(tuple(gateway.bills(world.FLAT))),
        "Invoice": gateway.invoice(world.NEWER_OPEN),
        "EmailInvoice": gateway.email_invoice(world.JOAO),
    }
    for name, answer in answers.items():
        validate({"$ref": f"#/components/schemas/{name}"}, encode(answer))


def test_every_operation_says_what_a_problem_looks_like() -> None:
    for _, _, operation in operations():
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
        assert operation["operationId"]
        assert operation["summary"]
