"""The page behind a confirmation link.

Opening it does nothing: mail scanners open every link. Only its button confirms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from sanic import Blueprint, HTTPResponse, Request

from mail.confirmation import AlreadyUsed, Confirmed, Expired, Gone, Redemption, Unknown
from mail.throttle import Throttle
from mail.web import STYLESHEET, Pages, add_stylesheet

CLICKS_PER_MINUTE = 20
"""From one network address, which may be a whole office."""

log = structlog.get_logger(__name__)

_PAGES: dict[type[Redemption], tuple[str, int]] = {
    Confirmed: ("confirmed.html", 200),
    AlreadyUsed: ("already_used.html", 200),
    Expired: ("expired.html", 410),
    Gone: ("gone.html", 410),
    Unknown: ("unknown.html", 404),
}


def confirmation_pages(redeem: Callable[[str], Redemption], distributor_name: str) -> Blueprint:
    """Pages at ``/confirmar-email/<token>``; ``redeem(token)`` blocks and runs in a thread.

    Whatever it raises, the page asks to try again: the link is still good.
    """
    blueprint = Blueprint("email_confirmation", url_prefix="/confirmar-email")
    throttle = Throttle(CLICKS_PER_MINUTE, seconds=60)
    pages = Pages(distributor_name, STYLESHEET)

    async def ask(_: Request, token: str) -> HTTPResponse:
        return pages.show("confirm.html")

    async def confirm(request: Request, token: str) -> HTTPResponse:
        # Empty unless Sanic is told to trust a proxy.
        if not throttle.admits(request.remote_addr or request.ip):
            return pages.show("too_many.html", 429, retry_after=60)
        try:
            outcome = await asyncio.get_running_loop().run_in_executor(None, redeem, token)
        except Exception as error:
            log.warning("confirmation.failed", fault=type(error).__qualname__)
            return pages.show("unavailable.html", 503, retry_after=60)
        log.info("confirmation.clicked", outcome=type(outcome).__name__)
        template, status = _PAGES[type(outcome)]
        return pages.show(template, status, outcome=outcome)

    add_stylesheet(blueprint)
    blueprint.add_route(ask, "/<token:str>", methods=["GET"], name="ask")
    blueprint.add_route(confirm, "/<token:str>", methods=["POST"], name="confirm")
    return blueprint
