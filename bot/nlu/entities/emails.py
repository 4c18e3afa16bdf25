"""E-mail addresses, typed or spoken: "Joao@Gmail.com", "joao arroba gmail ponto com".

Kinds: ``email`` (lower case) and ``invalid_email`` (an "@" without a whole address around it, or
the address of a well-known provider without its "@").
Works on folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.entities.found import Found

_AT = re.compile(r"@| \(?arroba\)? ")
_LONGEST_LOCAL, _LONGEST_DOMAIN = 64, 80

_SIGNS = {
    **dict.fromkeys(("ponto", "pto"), "."),
    **dict.fromkeys(("underline", "underscore", "sublinhado", "anderline", "underlaine"), "_"),
    **dict.fromkeys(("traco", "tracinho", "hifen"), "-"),
}
_SPOKEN_SIGN = re.compile(rf" (?:{'|'.join(_SIGNS)}) (?=[a-z0-9])")
_SPACED_SIGN = re.compile(r" [._-] (?=[a-z0-9])| \.(?=(?:com|net|org|gov|br)\b)")
_LOCAL = re.compile(r"[a-z0-9._%+-]+$")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_VALID_LOCAL = re.compile(r"[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*")
_VALID_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*\.[a-z]{2,12}")
_COMMA_FOR_DOT = re.compile(r",(?=(?:com|net|org|gov|edu)\b)")
_WITHOUT_AT = re.compile(
    r"(?<![a-z0-9._@/-])(?P<name>[a-z0-9](?:[a-z0-9_-]|\.(?!com\b)){0,63}?)(?P<sign>[.#&$!*;,-]| )?"
    r"(?:gmail|hotmail|outlook|yahoo|icloud|bol|uol|live|terra)"
    r"(?:(?:\.| ponto )com| com(?=(?: br)?\W*$))"
    r"(?:(?:\.| ponto | )br)?(?![a-z0-9@])"
)
_WORD = re.compile(r"[a-z]+")
_MOST_WORDS = 4  # more than these are a sentence, not a name

_LEADS_IN = frozenset(
    re.findall(
        r"\S+",
        "a agora ai anota anote bota cadastra cadastrar certo coloca colocar com correto da de "
        "dela dele do e e-mail eh ele em email endereco envia enviar esse esta este favor "
        "gostaria mail manda mandar mande meu minha muda mudar nao no novo o para pode por pra "
        "pro que quero receber segue sim ta tem troca trocar usa use vai vou ",
    )
)
"""Words that stand before a spoken address and are none of it."""


def find_emails(text: str) -> Iterator[Found]:
    """Every address, and every attempt at one."""
    done = 0
    for at in _AT.finditer(text):
        if at.start() < done:
            continue
        start, local = _local_before(text, done, at.start())
        end, domain = _domain_after(text, at.end())
        if not local:
            continue
        address = f"{local}@{domain}"
        valid = _VALID_LOCAL.fullmatch(local) and _VALID_DOMAIN.fullmatch(domain)
        yield Found("email" if valid else "invalid_email", start, end, address)
        done = end
    yield from _without_at(text[done:], done)


def _without_at(text: str, offset: int) -> Iterator[Found]:
    """Addresses of well-known providers whose "@" was forgotten or mistyped."""
    for match in _WITHOUT_AT.finditer(text):
        if match["name"] not in _LEADS_IN and match["name"] != "www":
            span = offset + match.start(), offset + match.end()
            yield Found("invalid_email", *span, match.group())


def _local_before(text: str, floor: int, at: int) -> tuple[int, str]:
    """Where the name before the "@" starts, and the name."""
    spoken = text[at] != "@"
    floor = max(floor, at - _LONGEST_LOCAL)
    stretch = text[floor:at]
    trimmed = stretch.rstrip(" ")
    joined, origins = _with_signs(trimmed)
    match = _LOCAL.search(joined)
    if match is None:
        return at, ""
    first = match.start()
    if spoken:
        first = _start_of_spoken_name(joined, first)
    local = joined[first:].replace(" ", "").lstrip(".")
    return floor + origins[first], local


def _start_of_spoken_name(joined: str, first: int) -> int:
    """Take in the words before: whoever dictates an address has no way to say "no space"."""
    start = first
    words = list(_WORD.finditer(joined, 0, first))
    for count, word in enumerate(reversed(words)):
        is_next = joined[word.end() : start] == " "
        if not is_next or word.group() in _LEADS_IN:
            break
        if count == _MOST_WORDS:
            return first
        start = word.start()
    return start


def _domain_after(text: str, at: int) -> tuple[int, str]:
    """Where the domain after the "@" ends, and the domain."""
    stretch = text[at : at + _LONGEST_DOMAIN]
    skipped = len(stretch) - len(stretch.lstrip(" "))
    stretch = stretch[skipped:]
    if found := _COMMA_FOR_DOT.search(stretch):
        stretch = stretch[: found.start()] + "." + stretch[found.end() :]
    joined, origins = _with_signs(stretch)
    match = _DOMAIN.match(joined)
    if match is None:
        return at, ""
    end = origins[match.end() - 1] + 1
    return at + skipped + end, match.group()


def _with_signs(text: str) -> tuple[str, list[int]]:
    """The text with spoken and spaced signs made bare ones, and where each character was."""
    pieces: list[str] = []
    origins: list[int] = []
    done = 0
    for found in re.finditer(f"{_SPOKEN_SIGN.pattern}|{_SPACED_SIGN.pattern}", text):
        pieces.append(text[done : found.start()])
        origins += range(done, found.start())
        word = found.group().strip()
        pieces.append(_SIGNS.get(word, word))
        origins.append(found.start())
        done = found.end()
    pieces.append(text[done:])
    origins += range(done, len(text))
    return "".join(pieces), origins
