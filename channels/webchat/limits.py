"""How much one session, one address, one connection may ask of us.

Counted in memory: a restart forgets, and each process counts for itself, which is fine for what
these are for, to keep one visitor from taking the place of all others.
"""

from __future__ import annotations

import ipaddress

from limits import parse_many

from channels.webchat.moving_window import MovingWindow
from channels.webchat.settings import WebChatSettings

_IPV6_PREFIX = 64  # what a provider gives to one household


class Limits:
    """Counts; each question that is answered with True counts as one more."""

    def __init__(self, settings: WebChatSettings) -> None:
        """Raise ``ValueError`` if a limit cannot be read."""
        self._per_session = _windows(settings.messages_per_session)
        self._per_address = _windows(settings.messages_per_address)
        self._replays = _windows(settings.replays_per_session)
        self._replays_per_address = _windows(settings.new_connections_per_address)
        self._attachments = _windows(settings.attachments_per_session)
        self._events = _windows(settings.events_per_connection)
        self._connections = _windows(settings.new_connections_per_address)

    def allows_message(self, session_id: str, address: str | None) -> bool:
        """Whether the session and its address may say one more thing now."""
        asked = [(window, session_id) for window in self._per_session]
        if address:
            asked += [(window, neighbourhood(address)) for window in self._per_address]
        return _allow(asked)

    def allows_replay(self, session_id: str, address: str | None) -> bool:
        """Whether the session may be shown once more from the beginning, which is much to read."""
        asked = [(window, session_id) for window in self._replays]
        if address:
            asked += [(window, neighbourhood(address)) for window in self._replays_per_address]
        return _allow(asked)

    def allows_attachment(self, session_id: str) -> bool:
        """Whether the session may fetch one more attachment now."""
        return _allow([(window, session_id) for window in self._attachments])

    def allows_event(self, connection_id: str) -> bool:
        """Whether the connection may send one more event of any kind now."""
        return _allow([(window, connection_id) for window in self._events])

    def allows_connection(self, address: str | None) -> bool:
        """Whether the address may open one more connection now."""
        key = neighbourhood(address) if address else "unknown"
        return _allow([(window, key) for window in self._connections])


def _windows(limits: str) -> list[MovingWindow]:
    return [MovingWindow(one.amount, one.get_expiry()) for one in parse_many(limits)]


def _allow(asked: list[tuple[MovingWindow, str]]) -> bool:
    if not all(window.has_room(key) for window, key in asked):
        return False
    for window, key in asked:
        window.count(key)
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
