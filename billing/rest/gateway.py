"""The billing gateway over the distributor's own system, as ``openapi.yaml`` describes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from billing.check_digits import InvalidPaymentCode
from billing.gateway import BillingUnavailable
from billing.identifiers import Cnpj, Cpf, CustomerNumber
from billing.model import Bill, Consent, EmailInvoice, Holder, Invoice, PendingConsent, Unit
from billing.pix import InvalidPix, parse_pix
from billing.rest.call import Call, Limits
from billing.rest.circuit_breaker import CircuitBreaker
from billing.rest.exchange import HttpExchange
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
from billing.rest.transport import Transport
from billing.rest.wire import WireError, decode, encode

_T = TypeVar("_T")


class RestGateway:
    """``billing.gateway.BillingGateway`` over HTTP; may be shared by threads.

    ``base_url`` is what stands before ``/v1``; let it be https wherever the call leaves the
    machine, for the bearer ``token`` and personal data travel in it.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        limits: Limits | None = None,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """Open no connection yet; every call is bounded by ``limits``."""
        limits = limits or Limits()
        exchange = HttpExchange(base_url, token, limits)
        self._transport = Transport(exchange, limits, breaker or CircuitBreaker())

    def unit_by_number(self, number: CustomerNumber) -> Unit | None:
        """See ``BillingGateway``."""
        return self._search("/v1/searches/unit", UnitSearch(number.digits), UnitFound).unit

    def holder_by_person(self, cpf: Cpf, birth_date: date) -> Holder | None:
        """See ``BillingGateway``."""
        search = PersonSearch(cpf.digits, birth_date)
        return self._search("/v1/searches/person", search, HolderFound).holder

    def holder_by_company(self, cnpj: Cnpj, number: CustomerNumber) -> Holder | None:
        """See ``BillingGateway``."""
        search = CompanySearch(cnpj.digits, number.digits)
        return self._search("/v1/searches/company", search, HolderFound).holder

    def holder(self, holder_id: str) -> Holder:
        """See ``BillingGateway``."""
        return self._get("/v1/holders/{holder_id}", Holder, holder_id=holder_id)

    def units(self, holder_id: str) -> Sequence[Unit]:
        """See ``BillingGateway``."""
        return self._get("/v1/holders/{holder_id}/units", UnitList, holder_id=holder_id).units

    def open_bills(self, unit_id: str) -> Sequence[Bill]:
        """See ``BillingGateway``."""
        return _payable(
            self._get("/v1/units/{unit_id}/open-bills", BillList, unit_id=unit_id).bills
        )

    def bills(self, unit_id: str, months: int = 13) -> Sequence[Bill]:
        """See ``BillingGateway``."""
        call = Call(
            "GET", "/v1/units/{unit_id}/bills", {"unit_id": unit_id}, {"months": str(months)}
        )
        return _payable(self._send(call, BillList).bills)

    def bill(self, bill_id: str) -> Bill:
        """See ``BillingGateway``."""
        bill = self._get("/v1/bills/{bill_id}", Bill, bill_id=bill_id)
        return _payable((bill,))[0]

    def invoice(self, bill_id: str) -> Invoice:
        """See ``BillingGateway``."""
        invoice = self._get("/v1/bills/{bill_id}/invoice", Invoice, bill_id=bill_id)
        _payable((invoice.bill,))
        return invoice

    def email_invoice(self, holder_id: str) -> EmailInvoice:
        """See ``BillingGateway``."""
        route = "/v1/holders/{holder_id}/email-invoice"
        return self._get(route, EmailInvoice, holder_id=holder_id)

    def request_email_invoice(
        self, consent: Consent, email: str, *, idempotency_key: str
    ) -> PendingConsent | None:
        """See ``BillingGateway``."""
        call = Call(
            "POST",
            "/v1/email-invoice/requests",
            body=encode(EmailInvoiceRequest(consent, email)),
            idempotency_key=idempotency_key,
        )
        return self._send(call, EmailInvoiceRequested).pending

    def confirm_email_invoice(self, consent_id: str) -> EmailInvoice:
        """See ``BillingGateway``."""
        route = "/v1/email-invoice/requests/{consent_id}/confirmation"
        return self._send(Call("PUT", route, {"consent_id": consent_id}), EmailInvoice)

    def end_email_invoice(self, withdrawal: Consent, *, idempotency_key: str) -> EmailInvoice:
        """See ``BillingGateway``."""
        call = Call(
            "POST",
            "/v1/email-invoice/withdrawals",
            body=encode(withdrawal),
            idempotency_key=idempotency_key,
        )
        return self._send(call, EmailInvoice)

    def _search(self, route: str, search: Any, found: type[_T]) -> _T:
        return self._send(Call("POST", route, body=encode(search), safe=True), found)

    def _get(self, route: str, kind: type[_T], **ids: str) -> _T:
        return self._send(Call("GET", route, ids), kind)

    def _send(self, call: Call, kind: type[_T]) -> _T:
        answer = self._transport.send(call)
        try:
            return decode(kind, answer)
        except WireError as error:
            raise BillingUnavailable(
                f"billing system, {call.method} {call.route}: the answer breaks the API: {error}"
            ) from None


def _payable(bills: Sequence[Bill]) -> Sequence[Bill]:
    """Return ``bills`` if the codes of the open ones can be paid with.

    Raises ``BillingUnavailable``: no answer is better than a code that a bank refuses, or that
    pays somebody else.
    """
    for bill in bills:
        if bill.is_open:
            try:
                _ = bill.payment_code
                parse_pix(bill.pix)
            except (InvalidPaymentCode, InvalidPix):
                raise BillingUnavailable("billing system: a payment code is not valid") from None
    return bills
