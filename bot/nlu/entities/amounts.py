"""Amounts of money: "R$ 1.234,56", "a de 187,40", "187 e 40", "187 reais".

Kind ``amount``, value in cents. Works on folded text with spoken numbers written as digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.entities.found import Found

_WHOLE = r"(?!0[0-9])(?P<whole>[0-9]{1,3}(?:\.[0-9]{3}){1,3}|[0-9]{1,7})"
_STANDS_FREE = r"(?<![0-9.,/-])"
_ENDS = r"(?![0-9]|[.,/-][0-9])"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # "R$ 187", "R$187,40", "r$ 187.40"
        rf"r\$ ?{_WHOLE}(?:[,.](?P<cents>[0-9]{{2}}))?{_ENDS}",
        # "187 reais e 40 centavos", "187,40 reais", "187 conto"
        rf"{_STANDS_FREE}{_WHOLE}(?:,(?P<cents>[0-9]{{2}}))? (?:reais|real|contos?|pila)\b"
        r"(?: e (?P<spoken>[0-9]{1,2})(?: centavos?)?(?![0-9]))?",
        # "187,40", "1.234,56"
        rf"{_STANDS_FREE}{_WHOLE},(?P<cents>[0-9]{{2}})(?![0-9]|[.,/-][0-9]|%)",
        # "a de 187.40", "a de 187 e 40", "valor 187"
        rf"(?:\b(?:de|valor|eh|e|foi|era|deu) (?:uns |de )?){_STANDS_FREE}{_WHOLE}"
        rf"(?:\.(?P<cents>[0-9]{{2}})| e (?P<spoken>[0-9]{{2}})){_ENDS}(?! de | do )",
        # The whole message: "187 e 40", "187.40"
        rf"^{_WHOLE}(?: e (?P<spoken>[0-9]{{2}})|\.(?P<cents>[0-9]{{2}}))[ .!]?$",
        # "a de 120", which is no position in a list and no year
        rf"\b(?:[ao]|ess[ae]|aquel[ae]) de {_WHOLE}{_ENDS}(?! (?:de|do|dias?|anos?|horas?)\b)",
        rf"\bvalor (?:de |e |eh )?{_WHOLE}{_ENDS}(?! e pouco)",
    )
)
_LEAST_BARE = 32
"""A smaller number without money words is a day or a position in a list."""


def find_amounts(text: str) -> Iterator[Found]:
    """Every amount; overlapping readings give the first."""
    taken = bytearray(len(text))
    for place, pattern in enumerate(_PATTERNS):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            whole = int(groups["whole"].replace(".", ""))
            cents = int(groups.get("cents") or (groups.get("spoken") or "0"))
            start = match.start() if place < 3 else match.start("whole")
            span = start, match.end()
            if place >= 3 and (whole < _LEAST_BARE or 1900 <= whole <= 2100):
                continue
            if any(taken[slice(*span)]):
                continue
            taken[slice(*span)] = b"\1" * (span[1] - span[0])
            yield Found("amount", *span, str(whole * 100 + cents))
