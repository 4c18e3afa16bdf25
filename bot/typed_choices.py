"""Which of the choices a customer means who types instead of tapping.

By its title, whatever the case, accents and punctuation; by its number, which channels write
before it where they have no buttons for it; or by words that only this one has: "o código" of
"Código de barras" and "Pix". Only a message that says nothing else is taken so, for a tap gives
no data: all others are the classifier's to read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set

from channels.message import Choice

_NUMBER = re.compile(r"[1-9][0-9]?")
_WITHIN_A_WORD = re.compile(r"(?<=\w)-(?=\w)")
_ENDING = re.compile(r"(?<=[a-z]{3})(?:s|r|[aeo]|as|os|es|ar|er)$")
"""What forms of a word differ in: "muda" and "mudar", "débito" and "débitos"."""

_COURTEOUS = (
    r"a|o|as|os|ao|aos|um|uma|de|da|do|das|dos|e|em|no|na|nos|nas|por|para|pra|pro|com|que|eu|me"
    r"|meu|minha|meus|minhas|la|ai|quero|queria|qro|prefiro|pode|ser|vou|favor|entao|mesmo|mesma|ja"
)
_THE_SUBJECT = r"contas?|faturas?|boletos?|luz|energia|pagar"
"""What all of it is about, whichever choice has the word."""
_AWAY = r"voltar?"
"""Leads out of a list just as well as into the choice that begins with it."""
_SAYS_NOTHING = re.compile(rf"{_COURTEOUS}|{_THE_SUBJECT}|{_AWAY}")
_NOT = "nao"


def meant(offered: Sequence[Choice], text: str) -> str | None:
    """Id of the choice that was typed, or ``None`` if it is none, or may be several."""
    wanted = _plain(text)
    if _NUMBER.fullmatch(wanted):
        place = int(wanted) - 1
        return offered[place].id if place < len(offered) else None
    said = _telling(wanted)
    with_these_words = [one for one in offered if _is_told(said, one)]
    for narrowed in (
        [one for one in offered if wanted and _plain(one.title) == wanted],
        [one for one in with_these_words if _telling(_plain(one.title)) == said],
        with_these_words,
    ):
        if narrowed:
            return narrowed[0].id if len(narrowed) == 1 else None
    return None


def _is_told(said: Set[str], choice: Choice) -> bool:
    """Whether all that is said is in the choice, and denied as it is there."""
    own = _telling(_plain(" ".join((choice.title, *choice.also))))
    has_words = any(word.isalpha() for word in said)  # a figure alone is a place, or a datum
    return has_words and said <= own and (_NOT in said) == (_NOT in own)


def _telling(plain: str) -> Set[str]:
    return {_ENDING.sub("", word) for word in plain.split() if not _SAYS_NOTHING.fullmatch(word)}


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _WITHIN_A_WORD.sub("", text)).casefold()
    kept = (one if one.isalnum() else " " for one in decomposed if not unicodedata.combining(one))
    return " ".join("".join(kept).split())
