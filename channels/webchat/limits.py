"""How much one session, one address, one connection may ask of us.

Counted in memory: a restart forgets, and each process counts for itself, which is fine for what
these are for, to keep one visitor from taking the place of all others.
"""

from __future__ import annotations

import ipaddress

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from channels.webchat.settings import WebChatSettings

_IPV6_PREFIX = 64  # what a provider gives to one household


class Limits:
    """Counts; each question that is answered with True counts as one more."""

    def __init__(self, settings: WebChatSettings) -> None:
        """Raise ``ValueError`` if a limit cannot be read."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_session = parse_many(settings.messages_per_session)
        self._per_address = parse_many(settings.messages_per_address)
        self._attachments = parse_many(settings.attachments_per_session)
        self._events = parse_many(settings.events_per_connection)
        self._connections = parse_many(settings.new_connections_per_address)

    def allows_message(self, session_id: str, address: str | None) -> bool:
        """Whether the session and its address may say one more thing now."""
        asked = [(limit, "session", session_id) for limit in self._per_session]
        if address:
            asked += [(limit, "address", neighbourhood(address)) for limit in self._per_address]
        return self._allows(asked)

    def allows_attachment(self, session_id: str) -> bool:
        """Whether the session may fetch one more attachment now."""
        return self._allows([(limit, "attachment", session_id) for limit in self._attachments])

    def allows_event(self, connection_id: str) -> bool:
        """Whether the connection may send one more event of any kind now."""
        return self._allows([(limit, "event", connection_id) for limit in self._events])

    def allows_connection(self, address: str | None) -> bool:
        """Whether the address may open one more connection now."""
        key = neighbourhood(address) if address else "unknown"
        return self._allows([(limit, "connection", key) for limit in self._connections])

    def _allows(self, asked: list[tuple[RateLimitItem, str, str]]) -> bool:
        if not all(self._limiter.test(*one) for one in asked):
            return False
        for one in asked:
            self._limiter.hit(*one)
        return True


def neighbourhood(address: str) -> str:
    """Return what counts as one address: of IPv6 a whole household has 2**64."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    network = ipaddress.ip_network((int(parsed), _IPV6_PREFIX), strict=False)
    return str(network)
