"""Whether a webhook body comes from Meta: HMAC-SHA256 of the raw bytes, keyed by the app secret.

Meta, "Create a webhook endpoint": the header is ``X-Hub-Signature-256: sha256=<hex>``.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "x-hub-signature-256"
_PREFIX = "sha256="


def sign(body: bytes, app_secret: str) -> str:
    """The header's value for a body."""
    return _PREFIX + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def is_genuine(body: bytes, claimed: str, app_secret: str) -> bool:
    """Compare in constant time; without a secret nothing is genuine."""
    if not app_secret:
        return False
    return hmac.compare_digest(sign(body, app_secret).encode(), claimed.encode("utf-8", "replace"))
