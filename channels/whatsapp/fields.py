"""Reading fields of JSON that may hold anything: what is not of the expected kind is not there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

LONGEST_ID = 128
"""Characters that our records keep of an id."""

_ID = re.compile(r"[!-~]{1,512}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_BY_THE_FUTURE = timedelta(minutes=5)


def mapping(value: Any) -> Mapping[str, Any]:
    """An object; an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A list; an empty one in place of anything else."""
    return value if isinstance(value, list) else []


def identifier(value: Any) -> str | None:
    """An id of WhatsApp's that fits our records; of a longer one its hash, as good to compare."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        return None
    return value if len(value) <= LONGEST_ID else f"h-{hashlib.sha256(value.encode()).hexdigest()}"


def key(value: Any) -> str | None:
    """A key of ours that came back."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def instant(value: Any, now: datetime) -> datetime:
    """An instant in seconds, as a text or a number; the present one in place of nonsense."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return now
    if not _SECONDS.fullmatch(str(value)):
        return now
    try:
        found = datetime.fromtimestamp(int(value), timezone.utc)
    except (OverflowError, OSError, ValueError):
        return now
    return found if found.timestamp() > 0 and found <= now + _BY_THE_FUTURE else now
