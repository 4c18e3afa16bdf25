"""How a word sounds in Brazilian Portuguese, roughly: people who write by ear write the same.

"qero", "quero" and "kero" sound alike, and so do "fatura" and "fatuura", "conseguir" and
"consegui". Two keys: the sound, and its skeleton of consonants, which abbreviations keep.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"qu|q|ck", "k"),
        (r"ch|sh", "x"),
        (r"lh", "l"),
        (r"nh", "n"),
        (r"s?c(?=[ei])", "s"),
        (r"c", "k"),
        (r"g(?=[ei])", "j"),
        (r"gu(?=[ei])", "g"),
        (r"z", "s"),
        (r"w", "u"),
        (r"y", "i"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
        (r"l(?=[^aeiou]|$)", "u"),  # "papel", "papeu"
        (r"m(?=[^aeiou]|$)", "n"),
        (r"o(?=s?$)", "u"),  # unstressed ends: "boletu", "nomi"
        (r"e(?=s?$)", "i"),
        (r"^e(?=[nsm])", "i"),  # "imail" is "email", "isperar" is "esperar"
        (r"(?<=.)r$", ""),  # "paga" is "pagar"
        (r"ou", "o"),
        (r"ei", "e"),
        (r"(?<=...)s$", ""),
    )
]
_VOWELS = re.compile(r"(?<=.)[aeiou]")


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """The sound of a normalised word; a shape such as "xcpf" sounds like nothing else."""
    if word[0] == "x" and len(word) > 2 and word[1] not in "aeiou":
        return word
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """The sound's first letter and its consonants."""
    return _VOWELS.sub("", sound(word))
