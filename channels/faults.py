"""Telling in the log where something failed, without telling about whom.

Messages of exceptions may quote what customers wrote, or an address with a token in it.
"""

from __future__ import annotations

import traceback
from pathlib import Path


def describe(fault: BaseException) -> str:
    """Return where and what kind of fault it was, without its message."""
    frames = traceback.extract_tb(fault.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    return f"{type(fault).__name__} at {' > '.join(places)}"
