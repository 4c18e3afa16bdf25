"""What goes wrong, as ``application/problem+json`` (RFC 9457) that quotes nobody's data."""

from __future__ import annotations

import logging
import traceback

from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, json

from billing.gateway import BillingRecordNotFound, BillingUnavailable
from billing.identifiers import InvalidIdentifier
from billing.rest.transport import RECORD_NOT_FOUND
from billing.rest.wire import WireError

_logger = logging.getLogger(__name__)
_RETRY_AFTER_SECONDS = 5


class InvalidRequest(Exception):
    """A request that breaks the document; the message says how, without quoting it."""


def answer_faults_of(server: Sanic) -> None:
    """Make ``server`` answer every fault as the document says."""
    for kind in (InvalidRequest, WireError, InvalidIdentifier):
        server.error_handler.add(kind, _invalid_request)
    server.error_handler.add(BillingRecordNotFound, _record_not_found)
    server.error_handler.add(BillingUnavailable, _unavailable)
    server.error_handler.add(SanicException, _refused)
    server.error_handler.add(Exception, _unexpected)


def problem(status: int, code: str, detail: str, **headers: str) -> HTTPResponse:
    """Return an answer that says what is wrong: ``code`` for programs, ``detail`` for people."""
    return json(
        {"code": code, "detail": detail},
        status=status,
        headers=headers,
        content_type="application/problem+json",
    )


async def _invalid_request(_request: Request, fault: Exception) -> HTTPResponse:
    return problem(400, "invalid_request", str(fault))


async def _record_not_found(_request: Request, _fault: Exception) -> HTTPResponse:
    return problem(404, RECORD_NOT_FOUND, "There is no record with this id.")


async def _unavailable(_request: Request, fault: Exception) -> HTTPResponse:
    _logger.warning("%s", fault)
    retry_after = {"Retry-After": str(_RETRY_AFTER_SECONDS)}
    return problem(503, "unavailable", "The billing system is unavailable.", **retry_after)


async def _refused(_request: Request, fault: SanicException) -> HTTPResponse:
    """Answer what the server refuses by itself: no such route, a body too large, bad JSON."""
    return problem(fault.status_code, "refused", "See the status.")


async def _unexpected(_request: Request, fault: Exception) -> HTTPResponse:
    # Where, and what kind; the message of an unexpected fault may hold personal data.
    where = "".join(traceback.format_tb(fault.__traceback__))
    _logger.error("unexpected %s\n%s", type(fault).__name__, where)
    return problem(500, "defect", "The server has a defect; its log says where.")
