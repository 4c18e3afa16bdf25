"""What a way out for mail must do, and the two ways in which it may fail."""

from __future__ import annotations

from typing import Protocol


class CarrierFault(Exception):
    """The mail did not go out.

    ``reason`` is kept and logged: an SMTP code or the name of an error, never an address.
    """

    def __init__(self, reason: str) -> None:
        """Say why, in at most 200 characters."""
        super().__init__(reason)
        self.reason = reason


class Undeliverable(CarrierFault):
    """This mail will never be accepted; trying again is useless."""


class TryLater(CarrierFault):
    """It may work later: the server is busy, unreachable, or not set up well yet."""


class Carrier(Protocol):
    """A way out: an SMTP server, or the built-in mailbox."""

    def carry(self, message: bytes) -> None:
        """Hand over one mail (RFC 5322, recipient in ``To``).

        Returns once it is accepted; raises ``Undeliverable`` or ``TryLater``. Must give up well
        before ``mail.deliveries.CLAIM`` is over.
        """
