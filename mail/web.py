"""What the pages share: a style sheet, and headers that let a browser do as little as possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sanic import Blueprint, HTTPResponse, Request, response

from mail.templating import TEMPLATES, render

STYLESHEET = "estilo/pagina.css"
"""Its address within a blueprint."""

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # addresses hold a secret
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True)
class Pages:
    """The pages of one blueprint."""

    distributor: str
    stylesheet: str  # its address as a page links to it

    def show(
        self, template: str, status: int = 200, retry_after: int | None = None, **values: object
    ) -> HTTPResponse:
        """A page; ``retry_after`` in seconds."""
        html = render(template, distributor=self.distributor, stylesheet=self.stylesheet, **values)
        headers = dict(SECURITY_HEADERS)
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        return response.html(html, status=status, headers=headers)


def add_stylesheet(blueprint: Blueprint) -> None:
    """Serve the style sheet from ``blueprint``."""
    css = (TEMPLATES / "page.css").read_text()

    async def stylesheet(_: Request) -> HTTPResponse:
        headers = {**SECURITY_HEADERS, "Cache-Control": "public, max-age=3600"}
        return response.text(css, headers=headers, content_type="text/css; charset=utf-8")

    blueprint.add_route(stylesheet, f"/{STYLESHEET}", name="stylesheet")
