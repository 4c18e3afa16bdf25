"""Where a request comes from: the customer's network address, and the page it was made by."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from sanic.request import Request


def address_of(request: Request, trusted_proxies: int) -> str | None:
    """Return the customer's network address.

    Every proxy appends to X-Forwarded-For whom it heard the request from. Only as many entries
    as there are proxies of ours were written by us; the rest is whatever the client claims.
    """
    peer = _parsed(request.ip or "")
    if not trusted_proxies:
        return peer
    forwarded = ",".join(request.headers.getall("x-forwarded-for", []))
    hops = [hop for hop in (part.strip() for part in forwarded.split(",")) if hop]
    if not hops:
        return peer
    return _parsed(hops[max(0, len(hops) - trusted_proxies)]) or peer


def _parsed(text: str) -> str | None:
    """Return an address without the port that some proxies add."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return None


class Origins:
    """Which pages may speak with us: our own, and those the operator names."""

    def __init__(self, public_url: str, allowed: Iterable[str]) -> None:
        """Take addresses of any page of an origin for the origin."""
        self._known = {_origin(url) for url in (public_url, *allowed)}

    def allow(self, origin: str | None, host: str | None) -> bool:
        """Whether to serve a request with these headers.

        Without ``Origin`` it was no foreign page's script: browsers always send it for those.
        The scheme of our own host does not count, as TLS often ends at a proxy.
        """
        if not origin:
            return True
        if origin.lower() in self._known:
            return True
        return bool(host) and _host(origin) == str(host).lower()


def _origin(url: str) -> str:
    parts = urlsplit(url.lower())
    default = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.removesuffix(default)}"


def _host(origin: str) -> str:
    """Return the host and port of an origin; of "null" and the like an empty text."""
    try:
        return urlsplit(origin.lower()).netloc
    except ValueError:
        return ""
