"""Showing personal data so that its owner recognises it and nobody else learns it."""

from __future__ import annotations

import re
from collections.abc import Iterable

PERSONAL = frozenset(
    {
        "cpf",
        "cnpj",
        "uc",
        "customer_code",
        "number",
        "date",
        "invalid_date",
        "email",
        "invalid_email",
    }
)
"""Kinds of entities that tell of a person."""

_EMAIL = re.compile(r"[\w.+-]+@[\w.-]+")
_CAPITALISED = re.compile(r"\b[^\W\d_a-zà-ÿ]\w+")
_DIGITS = re.compile(r"\d(?:[\d.\-/ ]{2,}\d)")


def mask_name(name: str) -> str:
    """Initials only: "Maria da Silva" gives "M•••• d• S••••"."""
    return " ".join(word[0] + "•" * min(len(word) - 1, 4) for word in name.split())


def mask_capitalised(text: str) -> str:
    """Words that begin like names by their initials: who is meant nobody but the sender knows."""
    return _CAPITALISED.sub(lambda found: mask_name(found.group()), text)


def mask_email(email: str) -> str:
    """First letter of mailbox and domain: "joao@gmail.com" gives "j••••@g••••.com"."""
    mailbox, _, domain = email.partition("@")
    host, dot, ending = domain.partition(".")
    return f"{mailbox[:1]}••••@{host[:1]}••••{dot}{ending}"


def mask_text(text: str, data: Iterable[tuple[int, int]] = ()) -> str:
    """Free text without its e-mail addresses and without digits that could identify.

    ``data`` are the places, from and up to, of what is known to be personal, such as a number
    in words.
    """
    for start, end in sorted(data, reverse=True):
        text = f"{text[:start]}•••{text[end:]}"
    text = _EMAIL.sub(lambda found: mask_email(found.group()), text)
    return _DIGITS.sub("•••", text)
