"""Who a WhatsApp user is: by telephone, by business-scoped id, or by both.

Since 2026 a user may have no telephone number for us; who has one may write under either. An id of
either kind stands in ``from`` as well as in fields of its own, so its form tells what it is.

Brazilian mobile numbers got a ninth digit in 2012-2016, and WhatsApp knows many by the shorter
form still: 55, two digits of the area, then 8 or 9 digits. Both are one person, as long as the
number is a mobile one (the first of its eight digits is 6 to 9).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from channels.assistant import Sender

NAME = "whatsapp"

_PHONE = re.compile(r"\+?([0-9]{7,20})")
_SCOPED = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
_SHORT = re.compile(r"(55[1-9][0-9])([6-9][0-9]{7})")
_LONG = re.compile(r"(55[1-9][0-9])9([6-9][0-9]{7})")


@dataclass(frozen=True)
class Person:
    """The id to answer to, and every other one that stands for the same user."""

    sender: Sender
    also: tuple[Sender, ...] = ()


def is_phone(id_: str) -> bool:
    """Whether an id is a telephone number: digits with the country code, no plus."""
    return id_.isdigit()


def identify(account: str, *claimed: Any) -> Person | None:
    """Whom some ids stand for, the telephone first; ``None`` if none of them is an id."""
    known = dict.fromkeys(id_ for value in claimed if (id_ := _id(value)))
    ordered = sorted(known, key=lambda id_: not is_phone(id_))
    every = dict.fromkeys(form for id_ in ordered for form in _forms(id_))
    senders = [Sender(NAME, account, id_) for id_ in every]
    return Person(senders[0], tuple(senders[1:])) if senders else None


def ids_in(message: Mapping[str, Any], contact: Mapping[str, Any]) -> tuple[Any, ...]:
    """Everything in a message, and in the contact it came with, that names its author."""
    return (
        message.get("from"),
        contact.get("wa_id"),
        message.get("from_user_id"),
        contact.get("user_id"),
    )


def _id(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    if phone := _PHONE.fullmatch(value):
        return phone[1]
    return value if _SCOPED.fullmatch(value) else None


def _forms(id_: str) -> Iterator[str]:
    yield id_
    if short := _SHORT.fullmatch(id_):
        yield f"{short[1]}9{short[2]}"
    elif long := _LONG.fullmatch(id_):
        yield long[1] + long[2]
