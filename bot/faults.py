"""Telling in the log where something failed, without telling about whom.

Messages of exceptions carry what was being worked on: a CPF in a failed conversion, an e-mail in
a refused recipient. Their types and the lines that raised them do not.
"""

from __future__ import annotations

import traceback

FRAMES = 6
"""How many of the innermost frames are told; the outer ones are always the same."""


def describe(error: BaseException) -> str:
    """Types and innermost lines of an error and of what caused it."""
    told = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        frames = traceback.extract_tb(cause.__traceback__)[-FRAMES:]
        lines = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
        told.append(f"{type(cause).__qualname__} at {lines or 'no frame'}")
        cause = cause.__cause__ or cause.__context__
    return "; caused by ".join(told)
