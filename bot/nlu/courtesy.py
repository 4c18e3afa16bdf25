"""Greetings and thanks around what a person wants, so that it can be read without them."""

from __future__ import annotations

import re

COURTESIES = frozenset({"greet", "thank", "goodbye"})
"""Intents that give way to any other in the same message."""

_BEFORE = (
    "oi|oie|ola|opa|alo|ei|hey|salve|e ai|bom dia|boa tarde|boa noite|boa madrugada|bom|buenas|"
    "tudo bem|tudo bom|tudo certo|tudo joia|beleza|como vai|clara|dona clara|moca|moco|mana|mano|"
    "minha filha|meu filho|querida|amiga|amigo|senhora|senhor|egua|oxe|rapaz|por favor|"
    "por gentileza|prezados|prezado|com voce|aqui|obrigado|obrigada"
)
_AFTER = (
    "por favor|por gentileza|obrigado|obrigada|muito obrigado|muito obrigada|valeu|agradeco|"
    "desde ja|grato|grata|agradecido|agradecida|beijo|abraco|tchau|xthanks|xlike|moca|mana|mano|"
    "bom dia|boa tarde|boa noite|tudo bem|viu|ta|bem|clara|querida"
)
_LEADING = re.compile(rf"(?:(?:{_BEFORE})(?: [?!])?(?: |$))+")
_TRAILING = re.compile(rf"(?: (?:{_AFTER})(?: [?!])?)+$")


def without_courtesy(normalized: str) -> str:
    """A normalised text without the greetings before and the thanks after what it says."""
    start = _LEADING.match(normalized)
    kept = normalized[start.end() :] if start else normalized
    end = _TRAILING.search(f" {kept}")
    if end:
        kept = f" {kept}"[: end.start()].strip()
    return "" if kept in ("?", "!") else kept
