"""What each route does: read the request, ask the gateway, write the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sanic import Request
from sanic.response import HTTPResponse, json

from billing.gateway import BillingGateway
from billing.identifiers import Cnpj, Cpf, parse_customer_number
from billing.model import Consent
from billing.rest.messages import (
    BillList,
    CompanySearch,
    EmailInvoiceRequest,
    EmailInvoiceRequested,
    HolderFound,
    PersonSearch,
    UnitFound,
    UnitList,
    UnitSearch,
)
from billing.rest.wire import decode, encode
from billing_api.faults import InvalidRequest

_T = TypeVar("_T")
_MOST_MONTHS = 120  # ten years, the longest that records are kept for (REN 1.000/2021 art. 659)
_LONGEST_KEY = 200


class Endpoints:
    """The handlers, over any gateway. Gateways block, so each call runs in a thread."""

    def __init__(self, gateway: BillingGateway) -> None:
        """Serve ``gateway``."""
        self._gateway = gateway

    async def search_unit(self, request: Request) -> HTTPResponse:
        """Find the unit with a number."""
        search = decode(UnitSearch, request.json)
        number = parse_customer_number(search.number)
        return _ok(UnitFound(await _call(self._gateway.unit_by_number, number)))

    async def search_person(self, request: Request) -> HTTPResponse:
        """Find a person by CPF and date of birth."""
        search = decode(PersonSearch, request.json)
        found = await _call(self._gateway.holder_by_person, Cpf(search.cpf), search.birth_date)
        return _ok(HolderFound(found))

    async def search_company(self, request: Request) -> HTTPResponse:
        """Find a company by CNPJ and one of its units."""
        search = decode(CompanySearch, request.json)
        cnpj, number = Cnpj(search.cnpj), parse_customer_number(search.number)
        return _ok(HolderFound(await _call(self._gateway.holder_by_company, cnpj, number)))

    async def holder(self, _request: Request, holder_id: str) -> HTTPResponse:
        """Return a holder."""
        return _ok(await _call(self._gateway.holder, holder_id))

    async def units(self, _request: Request, holder_id: str) -> HTTPResponse:
        """Return the units of a holder."""
        return _ok(UnitList(tuple(await _call(self._gateway.units, holder_id))))

    async def open_bills(self, _request: Request, unit_id: str) -> HTTPResponse:
        """Return the open bills of a unit."""
        return _ok(BillList(tuple(await _call(self._gateway.open_bills, unit_id))))

    async def bills(self, request: Request, unit_id: str) -> HTTPResponse:
        """Return the last bills of a unit."""
        months = _months(request.args.get("months", "13"))
        return _ok(BillList(tuple(await _call(self._gateway.bills, unit_id, months))))

    async def bill(self, _request: Request, bill_id: str) -> HTTPResponse:
        """Return a bill."""
        return _ok(await _call(self._gateway.bill, bill_id))

    async def invoice(self, _request: Request, bill_id: str) -> HTTPResponse:
        """Return a bill with all that is printed on it."""
        return _ok(await _call(self._gateway.invoice, bill_id))

    async def email_invoice(self, _request: Request, holder_id: str) -> HTTPResponse:
        """Return whether and where a holder's bills go by e-mail."""
        return _ok(await _call(self._gateway.email_invoice, holder_id))

    async def request_email_invoice(self, request: Request) -> HTTPResponse:
        """Record an agreement."""
        key = _idempotency_key(request)
        asked = decode(EmailInvoiceRequest, request.json)

        def record() -> EmailInvoiceRequested:
            return EmailInvoiceRequested(
                self._gateway.request_email_invoice(asked.consent, asked.email, idempotency_key=key)
            )

        return _ok(await _call(record))

    async def confirm_email_invoice(self, _request: Request, consent_id: str) -> HTTPResponse:
        """Put a waiting consent into effect."""
        return _ok(await _call(self._gateway.confirm_email_invoice, consent_id))

    async def end_email_invoice(self, request: Request) -> HTTPResponse:
        """Record a withdrawal."""
        key = _idempotency_key(request)
        withdrawal = decode(Consent, request.json)
        ended = await asyncio.to_thread(
            self._gateway.end_email_invoice, withdrawal, idempotency_key=key
        )
        return _ok(ended)


async def _call(function: Callable[..., _T], *arguments: Any) -> _T:
    return await asyncio.to_thread(function, *arguments)


def _ok(value: object) -> HTTPResponse:
    return json(encode(value), ensure_ascii=False)


def _months(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_MONTHS):
        raise InvalidRequest(f"months: expected 1 to {_MOST_MONTHS}")
    return int(text)


def _idempotency_key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= _LONGEST_KEY:
        raise InvalidRequest(f"Idempotency-Key: expected 1 to {_LONGEST_KEY} characters")
    return str(key)
