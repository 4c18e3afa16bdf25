"""Values that only we can have made, and that we know the age of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from itsdangerous import TimestampSigner, URLSafeTimedSerializer

Clock = Callable[[], float]
"""Seconds since 1970."""


def serializer(secret: str, purpose: str, clock: Clock) -> URLSafeTimedSerializer:
    """Return a serializer whose values are worth nothing for any other purpose."""

    class Signer(TimestampSigner):
        """Takes the time from our clock."""

        def get_timestamp(self) -> int:
            return int(clock())

    return URLSafeTimedSerializer(
        secret,
        salt=f"clara.webchat.{purpose}",
        signer=Signer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
