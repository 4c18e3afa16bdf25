"""Dataclasses as JSON and back: the one description of what crosses the wire.

Objects have the fields of the dataclass, dates are ``YYYY-MM-DD``, instants RFC 3339 with an
offset. Reading is strict: a field that may be null must still be there, for a bill whose payment
was left out must not pass for one that is open. Fields it does not know are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

_T = TypeVar("_T")

_NOWHERE_STORED = re.compile("[\0\ud800-\udfff]")
"""JSON can say them; PostgreSQL takes no U+0000, and half a surrogate pair is no character."""


class WireError(ValueError):
    """JSON that is not what was expected; the message says where and never quotes the data."""

    def __init__(self, where: str, expected: str) -> None:
        """Say what was expected at ``where``, a path such as ``bills[0].due_on``."""
        super().__init__(f"{where or 'the document'}: expected {expected}")


def encode(value: object) -> Any:
    """Return a dataclass as what ``json.dumps`` takes."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    return value


def decode(kind: type[_T], data: object) -> _T:
    """Return the dataclass ``kind`` that ``data``, fresh from ``json.loads``, stands for.

    Raises ``WireError``.
    """
    return cast(_T, _decode(kind, data, ""))


def _decode(kind: Any, data: object, where: str) -> Any:
    if isinstance(kind, UnionType):
        (present,) = (option for option in get_args(kind) if option is not NoneType)
        return None if data is None else _decode(present, data, where)
    if get_origin(kind) is tuple:
        if not isinstance(data, list):
            raise WireError(where, "an array")
        item_kind = get_args(kind)[0]
        return tuple(_decode(item_kind, item, f"{where}[{i}]") for i, item in enumerate(data))
    if is_dataclass(kind):
        return _decode_object(kind, data, where)
    return _decode_scalar(kind, data, where)


def _decode_object(kind: Any, data: object, where: str) -> Any:
    if not isinstance(data, dict):
        raise WireError(where, "an object")
    values: dict[str, Any] = {}
    for name, field_kind in _fields(kind):
        at = f"{where}.{name}" if where else name
        if name not in data:
            raise WireError(at, "a value, or null where that is allowed")
        values[name] = _decode(field_kind, data[name], at)
    return kind(**values)


@cache
def _fields(kind: Any) -> list[tuple[str, Any]]:
    """Return the names and types of a dataclass's fields."""
    hints = get_type_hints(kind)
    return [(field.name, hints[field.name]) for field in fields(kind)]


def _decode_scalar(kind: Any, data: object, where: str) -> Any:
    if kind is int:
        # JSON's true is Python's 1.
        if not isinstance(data, int) or isinstance(data, bool):
            raise WireError(where, "an integer")
        return data
    if not isinstance(data, str):
        raise WireError(where, "a string")
    if kind is str:
        if _NOWHERE_STORED.search(data):
            raise WireError(where, "characters that can be stored")
        return data
    read, expected = _FROM_TEXT.get(kind, (kind, "one of the known words"))
    try:
        return read(data)
    except ValueError:
        raise WireError(where, expected) from None


def _instant(text: str) -> datetime:
    # Python 3.10 does not read the "Z" of RFC 3339.
    instant = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    if instant.tzinfo is None:
        raise ValueError("no offset")
    return instant


_FROM_TEXT: dict[type, tuple[Callable[[str], Any], str]] = {
    date: (date.fromisoformat, "a date, YYYY-MM-DD"),
    datetime: (_instant, "an instant with its offset, RFC 3339"),
}
