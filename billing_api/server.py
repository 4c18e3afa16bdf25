"""The reference server: routes, who may call, and how much they may send."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from hmac import compare_digest
from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse

from billing.gateway import BillingGateway
from billing_api.endpoints import Endpoints
from billing_api.faults import answer_faults_of, problem

_MAX_BODY_BYTES = 64 * 1024
_SLOWEST_REQUEST_SECONDS = 10


def create_server(gateway: BillingGateway, token: str) -> Sanic:
    """Return a server of ``openapi.yaml`` over ``gateway`` for callers with this bearer token.

    One process can make one. Raises ``ValueError`` for a token so short that it could be guessed.
    """
    if len(token) < 16:
        raise ValueError("the bearer token must have 16 characters at least")
    server = Sanic("billing_api", configure_logging=False)
    server.config.REQUEST_MAX_SIZE = _MAX_BODY_BYTES
    server.config.REQUEST_TIMEOUT = _SLOWEST_REQUEST_SECONDS
    server.register_middleware(_require(token), "request")
    answer_faults_of(server)
    _add_routes(server, Endpoints(gateway))
    return server


def _add_routes(server: Sanic, endpoints: Endpoints) -> None:
    for method, path, handler in (
        ("POST", "/v1/searches/unit", endpoints.search_unit),
        ("POST", "/v1/searches/person", endpoints.search_person),
        ("POST", "/v1/searches/company", endpoints.search_company),
        ("GET", "/v1/holders/<holder_id:str>", endpoints.holder),
        ("GET", "/v1/holders/<holder_id:str>/units", endpoints.units),
        ("GET", "/v1/holders/<holder_id:str>/email-invoice", endpoints.email_invoice),
        ("GET", "/v1/units/<unit_id:str>/open-bills", endpoints.open_bills),
        ("GET", "/v1/units/<unit_id:str>/bills", endpoints.bills),
        ("GET", "/v1/bills/<bill_id:str>", endpoints.bill),
        ("GET", "/v1/bills/<bill_id:str>/invoice", endpoints.invoice),
        ("POST", "/v1/email-invoice/requests", endpoints.request_email_invoice),
        (
            "PUT",
            "/v1/email-invoice/requests/<consent_id:str>/confirmation",
            endpoints.confirm_email_invoice,
        ),
        ("POST", "/v1/email-invoice/withdrawals", endpoints.end_email_invoice),
    ):
        server.add_route(handler, path, methods=[method])


def _require(token: str) -> Callable[[Request], Coroutine[Any, Any, HTTPResponse | None]]:
    expected = f"Bearer {token}".encode()

    async def check(request: Request) -> HTTPResponse | None:
        given = request.headers.get("Authorization", "").encode(errors="replace")
        if compare_digest(given, expected):
            return None
        return problem(
            401,
            "unauthorized",
            "A valid bearer token is required.",
            **{"WWW-Authenticate": "Bearer"},
        )

    return check
