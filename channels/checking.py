"""What a channel's check finds when it asks the provider whether all is well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """How a finding is to be taken; the value stands before it in the terminal."""

    GOOD = "✓"
    DOUBTFUL = "!"  # works, and may not be meant
    WRONG = "✗"  # customers notice


@dataclass(frozen=True)
class Finding:
    """One line, in Portuguese: what is so, and if it should not be, how to mend it."""

    verdict: Verdict
    text: str
