"""Socket.IO packets from strangers: only those that the chat has a use for.

The library would keep the parts of a binary event in memory until all have come, as many as the
client says there will be; it stumbles over events without a name; and it takes an event named
"connect" or "disconnect" for the real thing.
"""

from __future__ import annotations

from typing import Any

from socketio import packet

EVENTS = ("session_request", "user_uttered")
_WELCOME = (packet.CONNECT, packet.DISCONNECT, packet.EVENT)


class TextPacket(packet.Packet):
    """A packet without binary parts."""

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> int:
        """Raise ``ValueError`` for what is of no use; the library drops the packet then."""
        if not isinstance(encoded_packet, str):
            raise ValueError("a binary packet")
        try:
            super().decode(encoded_packet)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if self.packet_type not in _WELCOME:
            raise ValueError("an unwelcome packet type")
        if self.packet_type == packet.EVENT and not _is_ours(self.data):
            raise ValueError("an unwelcome event")
        return 0


def _is_ours(data: Any) -> bool:
    return isinstance(data, list) and bool(data) and data[0] in EVENTS
