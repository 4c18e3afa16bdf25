"""The page that shows the built-in mailbox, on the machine itself and nowhere else.

Whoever reads it can confirm any address. So the connection must come from the machine itself, be
addressed to it (a foreign name that resolves to 127.0.0.1 is an attack), and not bear the marks
of a proxy. Headers are never believed in favour of a client, only against it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sanic import Blueprint, HTTPResponse, Request

from mail.mailbox import kept_mail, kept_mails
from mail.web import STYLESHEET, Pages, add_stylesheet

PATH = "/caixa-de-correio"
_PROXY_MARKS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")

Read = TypeVar("Read")


def mailbox_pages(directory: Path, distributor_name: str) -> Blueprint:
    """Pages at ``/caixa-de-correio``; add them only where the mailbox is the carrier."""
    blueprint = Blueprint("mailbox", url_prefix=PATH)
    pages = Pages(distributor_name, f"{PATH}/{STYLESHEET}")

    async def refuse_strangers(request: Request) -> HTTPResponse | None:
        if is_local(request.ip, request.headers.get("host", ""), set(request.headers)):
            return None
        return pages.show("not_found.html", 404)

    async def mails(_: Request) -> HTTPResponse:
        kept = await _in_thread(lambda: kept_mails(directory))
        return pages.show("mailbox.html", mails=kept, path=PATH)

    async def mail(_: Request, name: str) -> HTTPResponse:
        kept = await _in_thread(lambda: kept_mail(directory, name))
        if kept is None:
            return pages.show("not_found.html", 404)
        return pages.show("mail.html", mail=kept, path=PATH)

    blueprint.middleware(refuse_strangers, "request")
    add_stylesheet(blueprint)
    blueprint.add_route(mails, "/", name="mails")
    blueprint.add_route(mail, "/<name:str>", name="mail")
    return blueprint


async def _in_thread(read: Callable[[], Read]) -> Read:
    return await asyncio.get_running_loop().run_in_executor(None, read)


def is_local(client: str, host: str, headers: set[str]) -> bool:
    """Whether a request came straight from this machine to this machine.

    ``client`` is the peer of the socket, ``host`` the Host header, ``headers`` all names in lower
    case.
    """
    name = _host_name(host)
    return (
        _is_loopback(client)
        and (name == "localhost" or _is_loopback(name))
        and headers.isdisjoint(_PROXY_MARKS)
    )


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback
