"""Numbers of digits: CPF, CNPJ, UC, customer code, protocol, and those that are none of them.

Kinds: ``cpf``, ``cnpj``, ``uc`` (15 digits) only with right check digits; ``customer_code``;
``protocol``; ``number`` (5 to 20 digits, for instance a mistyped CPF, or a company's with letters
whose check digits are wrong). The word before a number
("cpf", "protocolo") settles what its length leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from billing.identifiers import Cnpj, Cpf, InvalidIdentifier, UcNumber
from bot.nlu.entities.dates import is_date, read_numeric
from bot.nlu.entities.digit_rows import Piece, pieces
from bot.nlu.entities.found import Found, blank

_LABELS = re.compile(
    r"(?P<protocol>\bproto\w{0,6}|\bprootcolo|\bchamado|\bsolicitacao|\brequerimento)"
    r"|(?P<cpf>\bcpf|\bcepeefe|\bc\.p\.f)"
    r"|(?P<cnpj>\bcnpj)"
    r"|(?P<unit>\bucs?\b|\bunidade|\bcod\w{0,4}|\bcontrato|\bcliente|\binstalac\w{1,4}|\bconta\b)"
    r"|(?P<other>\btel\b|\btelefone|\bcelular|\bwhats\w{0,3}|\bzap\b|\bfone|\bcep\b|\brg\b)"
)
_SETTLES = {"cpf": "cpf", "cnpj": "cnpj", "unit": "uc"}
_REACH = 40
"""How far before a number its name may stand."""

_PHONE = re.compile(r"\([0-9]{2}\) ?(?:9 ?)?[0-9]{4}[- ]?[0-9]{4}(?![0-9])|\b0800[ -][0-9 -]{7,9}")
# Letters are allowed since 2026; anything else of this shape is an ordinary word.
_COMPANY = re.compile(
    r"(?<![0-9a-z])[0-9a-z]{2}\.?[0-9a-z]{3}\.?[0-9a-z]{3}/?[0-9a-z]{4}-?[0-9]{2}(?![0-9a-z])"
)


def find_numbers(text: str, today: date) -> Iterator[Found]:
    """Everything in a folded text that is made of digits alone, dates among it."""
    companies = [one for one in _COMPANY.finditer(text) if not re.fullmatch(r"[\W\d]*", one[0])]
    for match in companies:
        if digits := _company(match.group()):
            yield Found("cnpj", *match.span(), digits)
        elif _is_meant_as_company(match, text):
            yield Found("number", *match.span(), re.sub(r"\W", "", match.group()).upper())
    # With a wrong check digit it is still no row of other numbers.
    text = blank(text, (one.span() for one in companies if "/" in one[0] or _company(one[0])))
    text = blank(text, (one.span() for one in _PHONE.finditer(text)))
    for piece in pieces(text, lambda one: _checks_out(one, today)):
        yield from _read(piece, text, today)


def _read(piece: Piece, text: str, today: date) -> Iterator[Found]:
    day = read_numeric(piece, text, today)
    if day:
        yield day
        if len(piece.groups) > 1:
            return
    for kind, value in _kinds(piece.digits, _label(text, piece.start)):
        yield Found(kind, piece.start, piece.end, value)


def _kinds(digits: str, label: str) -> Iterator[tuple[str, str]]:
    """What a number of digits can be, after the word before it."""
    length = len(digits)
    if not 5 <= length <= 20:
        return
    if label == "other":
        return
    checked = [*_checked(digits)]
    if label in _SETTLES and any(kind == _SETTLES[label] for kind, _ in checked):
        checked = [one for one in checked if one[0] == _SETTLES[label]]
    elif label == "cpf":
        checked = []
    if _is_protocol(digits, label):
        yield "protocol", digits
        if label == "protocol":
            return
        yield from checked
    elif checked:
        yield from checked
    elif 7 <= length <= 10 and label not in ("cpf", "cnpj"):
        yield "customer_code", digits
    else:
        yield "number", digits


def _is_protocol(digits: str, label: str) -> bool:
    if label == "protocol":
        return len(digits) >= 6 and not (len(digits) == 11 and _cpf(digits))
    return len(digits) == 14 and digits.startswith("20") and label != "cnpj"


def _checked(digits: str) -> Iterator[tuple[str, str]]:
    if len(digits) == 11 and _cpf(digits):
        yield "cpf", digits
    if len(digits) == 14 and _company(digits):
        yield "cnpj", digits
    if 11 <= len(digits) <= 15 and (unit := _unit(digits)):
        yield "uc", unit


def _checks_out(piece: Piece, today: date) -> bool:
    if len(piece.groups) <= 3 and is_date(piece, today):
        return True
    return any(_checked(piece.digits))


def _label(text: str, start: int) -> str:
    """What the word before a number says that it is; empty if it says nothing."""
    before = text[max(0, start - _REACH) : start]
    # A number in between has taken the word for itself.
    before = re.split(r"[0-9]{3,}", before)[-1]
    named = ""
    for match in _LABELS.finditer(before):
        named = match.lastgroup or ""
    return named


def _cpf(digits: str) -> bool:
    try:
        Cpf(digits)
    except InvalidIdentifier:
        return False
    return True


def _is_meant_as_company(match: re.Match[str], text: str) -> bool:
    """Whether letters and digits of that shape are a mistyped number, and no ordinary words."""
    root = match.group()[:8]
    named = "/" in match.group() or _label(text, match.start()) == "cnpj"
    return named and any(map(str.isdigit, root))


def _company(text: str) -> str | None:
    try:
        return Cnpj.parse(text).digits
    except InvalidIdentifier:
        return None


def _unit(digits: str) -> str | None:
    try:
        return UcNumber.parse(digits).digits
    except InvalidIdentifier:
        return None
