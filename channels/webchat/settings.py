"""What an operator decides about the web chat, which is always there."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from environs import Env, ValidationError

from channels.channel import Surroundings


@dataclass(frozen=True, kw_only=True)
class WebChatSettings:
    """Limits read like "20/minute; 300/hour".

    Those per address are wide on purpose: mobile carriers put thousands of customers behind one.
    """

    secret: str = field(repr=False)
    public_url: str
    account: str = "web"
    distributor_name: str = ""
    title: str = "Clara"
    allowed_origins: tuple[str, ...] = ()  # foreign pages that may embed the widget
    trusted_proxies: int = 0  # how many proxies of ours stand in front
    session_seconds: int = 24 * 60 * 60
    attachment_seconds: int = 15 * 60
    messages_per_session: str = "20/minute; 300/hour"
    messages_per_address: str = "300/minute"
    replays_per_session: str = "60/minute"  # and as many of an address as it may open connections
    attachments_per_session: str = "60/minute"
    events_per_connection: str = "120/minute"
    new_connections_per_address: str = "300/minute"
    open_connections_per_address: int = 200
    open_connections: int = 10_000


def read(env: Env, surroundings: Surroundings) -> WebChatSettings:
    """See ``Channel.read``."""
    return WebChatSettings(
        secret=surroundings.secret,
        public_url=surroundings.public_url,
        allowed_origins=tuple(env.list("ALLOWED_ORIGINS", [], validate=_are_origins) or ()),
        trusted_proxies=surroundings.trusted_proxies,
        distributor_name=surroundings.distributor_name,
    )


def _are_origins(urls: list[str]) -> None:
    """Refuse what names no page, or every one."""
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "*" in parts.netloc:
            raise ValidationError(f"{url!r} não é uma origem; escreva https://www.exemplo.com.br")
