"""What is left of a message without what it says that it is not about.

"Não quero o Pix, quero o código de barras", "o valor eu já sei, me manda o documento", "código de
barras não, a conta inteira": as bags of words they are as much about the one as about the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.nlu.aligned_text import fold
from bot.nlu.normalization import LONGEST, normalize

_HINT = re.compile(r"\b(?:nao|naum|num|n|nem|nada|vez|lugar|ja|dispenso)\b")
"""Without one of these nothing is refused."""
_CUT = re.compile(r"[.!?,;:\n]+| (?:mas|porem|so que|e sim|agora|ai)(?= )")
_AHEAD = r"(?:(?:e|e que|olha|moca|oi|ai|eu|mas|entao|pera|tambem) )*"
_REFUSED = re.compile(
    rf"{_AHEAD}(?:nao (?:quero|e|precis\w+|estou|vim|vou|falei|era|foi|o|a|os|as|mand\w+|pedi)\b"
    r"|nem\b|nada de\b|em vez d|no lugar d|ja (?:sei|tenho|vi|peguei|recebi)\b)"
    r"|.*\b(?:dispenso|ja (?:sei|tenho|vi|peguei|veio|resolvi)|nao quero)$"
)
"""A clause that begins so, or ends so. "Não chegou" and "não consigo" complain, they refuse not."""
_REFUSED_BEHIND = re.compile(r".*\w\w nao$")
"""As it was written: "os num" has no "não" in it, though "num" is one before a verb."""


def without_refused(text: str) -> str | None:
    """The other clauses, normalised, if some are refused and some are not."""
    folded = fold(text[:LONGEST]).text
    parts = _CUT.split(folded) if _HINT.search(folded) else []
    clauses = list(_clauses(parts)) if len(parts) > 1 else []
    kept = [normalized for normalized, is_refused in clauses if not is_refused]
    return " ".join(kept) if 0 < len(kept) < len(clauses) else None


def _clauses(parts: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Each clause, normalised, and whether it refuses what it names."""
    for clause in parts:
        if normalized := normalize(clause):
            refused_behind = _REFUSED_BEHIND.fullmatch(clause.strip()) is not None
            yield normalized, refused_behind or _REFUSED.match(normalized) is not None
