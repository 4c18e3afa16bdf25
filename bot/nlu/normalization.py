"""The text that the classifier learns from: one spelling for what people write in many ways.

A person's own numbers, dates, values and addresses become shapes ("xcpf", "xdate"), so that none
of them is ever learned, and all of them look alike.
"""

from __future__ import annotations

import re
from functools import cache

from bot.nlu.aligned_text import fold
from bot.nlu.spelling import ABBREVIATIONS, JOINED
from bot.nlu.spoken_numbers import spoken_to_digits

LONGEST = 2_000
"""Characters that count; what is asked stands nowhere else in a longer message."""

_EMOJIS = {
    "xlike": "👍👌✅✔☑🆗🤝",
    "xdislike": "👎❌✖🚫🙅",
    "xthanks": "🙏❤💖💙💚💛💜🧡😍🥰😘👏💐🌹🌷",
    "xangry": "😡🤬😠👿🤯😤",
    "xwave": "👋",
}
"""Only those that mean something by themselves; the others are dropped."""

_MEANING = {ord(emoji): f" {token} " for token, emojis in _EMOJIS.items() for emoji in emojis}

_EMAIL = re.compile(
    r"[\w.+-]{1,64} ?(?:@| arroba ) ?[\w-]{1,63}(?: ?(?:\.| ponto ) ?[a-z]{2,6}){0,3}"
)
_URL = re.compile(r"(?:https?://|www\.)[^ \n]{1,300}")
_AMOUNT = re.compile(
    r"r\$ ?[0-9][0-9.,]{0,14}|[0-9]{1,3}(?:\.[0-9]{3}){0,3},[0-9]{2}(?![0-9])"
    r"|[0-9]{1,7} (?:reais|real|conto)\b"
)
_NUMERIC_DATE = re.compile(
    r"(?<![0-9])(?:[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])"
)
_TIME = re.compile(r"(?<![0-9])[0-9]{1,2}(?:h[0-9]{0,2}|:[0-9]{2})(?![0-9a-z])")
_SECOND_COPY = re.compile(r"(?<![0-9])2 ?[ao]? ?vias?\b")
_POSITION = re.compile(r"(?<![0-9])([0-9]{1,2})[ao]\b")
_DIGITS = re.compile(r"[0-9](?:[0-9]| ?[./-] ?(?=[0-9])| (?=[0-9])|,(?=[0-9]{3}))*")
_LABELLED = re.compile(
    r"\b(?:(?:o|a|do|da|no|na|meu|minha|pelo|pela|com|e) )*"
    r"(?:codigo|cod|uc|unidade|conta contrato|contrato|instalacao|cliente|numero|nr|n|cpf|cnpj)"
    r"(?: (?:unico|consumidora))?(?: (?:d[aeo] )?(?:minha |meu )?(?:conta|luz|cliente|unidade|uc))?"
    r"(?: (?:e|eh|numero))? (?=x(?:code|uc|cpf|cnpj|long|some)\b)"
)
"""What names a number goes with it: "a segunda via do código 3003…" asks for no code."""
_ELONGATED = re.compile(r"([a-z])\1{2,}")
_TRAILING = re.compile(r"([aeiouy])\1+\b")
_WORD = re.compile(r"[a-z]+|[0-9]+|[?!]")
_REPEATED_MARKS = re.compile(r"([?!.,])[?!.,]+")


def normalize(text: str) -> str:
    """Words, shapes and a few marks, separated by single spaces; empty if nothing is left."""
    folded = fold(text[:LONGEST].translate(_MEANING))
    plain = spoken_to_digits(folded).text.replace("\n", " ")
    plain = _without_data(plain)
    plain = _TRAILING.sub(_one_letter, _ELONGATED.sub(r"\1", plain))
    for joined, apart in JOINED:
        plain = plain.replace(joined, apart)
    plain = _REPEATED_MARKS.sub(r"\1", plain)
    words = " ".join(ABBREVIATIONS.get(word, word) for word in _WORD.findall(plain))
    return _LABELLED.sub("", words)


def _without_data(text: str) -> str:
    text = _URL.sub(" xurl ", text)
    text = _EMAIL.sub(" xemail ", text)
    text = _SECOND_COPY.sub("segunda via", text)
    text = _AMOUNT.sub(" xmoney ", text)
    text = _NUMERIC_DATE.sub(" xdate ", text)
    text = _TIME.sub(" xtime ", text)
    text = _POSITION.sub(r" xposition ", text)
    return _DIGITS.sub(lambda match: f" {_shape(sum(map(str.isdigit, match.group())))} ", text)


@cache
def _shape(count: int) -> str:
    """Token for a number of so many digits."""
    named = {1: "xone", 2: "xtwo", 11: "xcpf", 14: "xcnpj", 15: "xuc"}
    if count in named:
        return named[count]
    if count <= 4:
        return "xfew"
    if count <= 6:
        return "xsome"
    return "xcode" if count <= 10 else "xlong"


def _one_letter(match: re.Match[str]) -> str:
    return match.group(1)
