"""What the web chat serves over plain HTTP: the page, the widget's files, and attachments."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw, text

from channels.assistant import MAX_TEXT_LENGTH, Assistant, Content, Sender
from channels.faults import describe
from channels.webchat.attachments import PREFIX, AttachmentLinks, Expired, Forged
from channels.webchat.limits import Limits
from channels.webchat.network import Origins
from channels.webchat.settings import WebChatSettings

_FOLDER = Path(__file__).parent / "static"
_GONE = "Este documento não está mais disponível. Peça de novo na conversa, por favor."
_TOO_FAST = "Recebi muitos pedidos em pouco tempo. Espere um minutinho e tente de novo, por favor."
_FAULT = "Não consegui buscar o documento agora. Tente de novo daqui a pouco, por favor."
_ATTACHMENT_SECONDS = 30.0
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_HOST = re.compile(r"[A-Za-z0-9.\-:\[\]]+")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asset:
    """A file of ``static``, read once."""

    data: bytes = field(repr=False)
    media_type: str
    etag: str


def load_assets(folder: Path) -> dict[str, Asset]:
    """Return every file below a folder by its path; what is not in here cannot be served."""
    return {
        path.relative_to(folder).as_posix(): _load(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def _load(path: Path) -> Asset:
    data = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type.startswith("text/") or media_type.endswith("javascript"):
        media_type += "; charset=utf-8"
    return Asset(data, media_type, f'"{hashlib.sha256(data).hexdigest()[:32]}"')


class AttachmentDesk:
    """Hands out attachments for good links."""

    def __init__(
        self,
        assistant: Assistant,
        links: AttachmentLinks,
        limits: Limits,
        sender: Callable[[str], Sender],
    ) -> None:
        """Know a link's sender through ``sender``, by the id of its session."""
        self._assistant = assistant
        self._links = links
        self._limits = limits
        self._sender = sender

    async def serve(self, request: Request, signed: str) -> HTTPResponse:
        """Answer with the attachment, or kindly with why not."""
        target = self._links.read(signed)
        if isinstance(target, Forged):
            return text(_GONE, status=404)
        if isinstance(target, Expired):
            return text(_GONE, status=410)
        if not self._limits.allows_attachment(target.session_id):
            return text(_TOO_FAST, status=429, headers={"Retry-After": "60"})
        try:
            content = await asyncio.wait_for(
                self._assistant.attachment(self._sender(target.session_id), target.attachment_id),
                _ATTACHMENT_SECONDS,
            )
        except Exception as fault:
            _logger.error("cannot fetch an attachment: %s", describe(fault))
            return text(_FAULT, status=503, headers={"Retry-After": "30"})
        return text(_GONE, status=404) if content is None else _download(content)


def _download(content: Content) -> HTTPResponse:
    """Answer with a document that can do no harm on our origin, whatever is in it."""
    known = _MEDIA_TYPE.fullmatch(content.media_type)
    media_type = content.media_type if known else "application/octet-stream"
    disposition = "inline" if media_type in _SHOWN else "attachment"
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", content.filename) or "documento"
    exact = quote(content.filename, safe="", errors="replace")
    return raw(
        content.data,
        content_type=media_type,
        headers={
            "Content-Disposition": f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{exact}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def attach(
    app: Sanic, *, settings: WebChatSettings, origins: Origins, attachments: AttachmentDesk
) -> None:
    """Serve all of it."""
    blueprint = Blueprint("webchat")
    assets = load_assets(_FOLDER)
    configuration = {
        "distributor_name": settings.distributor_name,
        "max_length": MAX_TEXT_LENGTH,
        "title": settings.title,
    }

    @blueprint.route("/", methods=["GET", "HEAD"])
    async def page(request: Request) -> HTTPResponse:
        response = _asset(request, assets.get("index.html"))
        response.headers["Content-Security-Policy"] = _page_policy(request)
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    @blueprint.route("/widget.js", methods=["GET", "HEAD"])
    async def widget(request: Request) -> HTTPResponse:
        return _asset(request, assets.get("widget.js"))

    @blueprint.route("/webchat/static/<path:path>", methods=["GET", "HEAD"])
    async def static(request: Request, path: str) -> HTTPResponse:
        return _asset(request, assets.get(path))

    @blueprint.route("/webchat/config.json", methods=["GET", "HEAD"])
    async def config(request: Request) -> HTTPResponse:
        return json(configuration, headers={"Cache-Control": "no-cache"})

    @blueprint.route(f"{PREFIX}<signed>", methods=["GET", "HEAD"])
    async def attachment(request: Request, signed: str) -> HTTPResponse:
        response = await attachments.serve(request, signed)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    @blueprint.on_response
    async def headers(request: Request, response: Any) -> None:
        _secure(response, settings.public_url)
        _share(request, response, origins)

    app.blueprint(blueprint)


def _asset(request: Request, asset: Asset | None) -> HTTPResponse:
    if asset is None:
        return text("Página não encontrada.", status=404)
    headers = {"ETag": asset.etag, "Cache-Control": "no-cache"}
    if asset.etag in request.headers.get("if-none-match", ""):
        return raw(b"", status=304, headers=headers)
    return raw(asset.data, content_type=asset.media_type, headers=headers)


def _page_policy(request: Request) -> str:
    # 'self' covers ws: of the same host in today's browsers, but not in those a few years old.
    host = request.headers.get("host", "")
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"connect-src 'self'{sockets}; font-src 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    )


def _secure(response: HTTPResponse, public_url: str) -> None:
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
    if public_url.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000"


def _share(request: Request, response: HTTPResponse, origins: Origins) -> None:
    """Let scripts of the pages that embed the widget read the response."""
    response.headers["Vary"] = "Origin"
    origin = request.headers.get("origin")
    if origin and origins.allow(origin, request.headers.get("host")):
        response.headers["Access-Control-Allow-Origin"] = origin
