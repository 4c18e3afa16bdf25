"""What every printed number shares: separators, check digits, and the ways to be wrong.

Identifiers and payment codes differ only in weights and in what they print for the two results
that do not fit one digit, so one modulo 11 serves them all.
"""

import re
from collections.abc import Sequence
from itertools import cycle
from typing import Literal

# Whitespace of any kind: a line copied from a PDF breaks, and phones insert no-break spaces.
# The Unicode hyphens and the minus sign are what autocorrection makes of "-".
_SEPARATORS = re.compile(r"[\s./\-\u2010-\u2015\u2212]+")

PaymentCodeFault = Literal["characters", "length", "layout", "check_digit", "amount", "due_date"]


class InvalidPaymentCode(ValueError):
    """A payment code that cannot be read or built.

    `reason` is for programs: "characters" (something other than 0-9 and separators), "length",
    "layout" (a fixed position holds a value the layout does not define), "check_digit", and, when
    building only, "amount" and "due_date" (outside what the field can hold).

    `block` is the block of the printed line, counted from 1, that holds the mistake, or None when
    it cannot be told. The message never contains the code itself.
    """

    def __init__(self, reason: PaymentCodeFault, message: str, block: int | None = None) -> None:
        """Keep `reason` and `block` for the caller; `message` says what to correct."""
        super().__init__(message)
        self.reason: PaymentCodeFault = reason
        self.block = block


def strip_separators(text: str) -> str:
    """Return `text` without the whitespace, dots, hyphens and slashes that numbers print with."""
    return _SEPARATORS.sub("", text)


def require_digits(code: str, *lengths: int) -> str:
    """Return `code`, a payment code without separators, if it has one of `lengths` digits.

    Raises InvalidPaymentCode with reason "characters" or "length".
    """
    # str.isdigit accepts digits of every script; no issuer prints them.
    if not re.fullmatch("[0-9]*", code):
        raise InvalidPaymentCode("characters", "a payment code has only the digits 0 to 9")
    if len(code) not in lengths:
        expected = " or ".join(map(str, lengths))
        raise InvalidPaymentCode("length", f"expected {expected} digits, got {len(code)}")
    return code


def mod10(digits: str) -> str:
    """Return the modulo 10 check digit of `digits`.

    Weights 2, 1, 2, 1... from the right, adding the digits of each product; the check digit
    completes the sum to a multiple of ten (FEBRABAN, Layout Padrão de Arrecadação v7, "Módulo
    10"; the same rule serves the fields of the bank boleto line, Banco do Brasil, Doc5175).
    """
    products = (int(d) * w for d, w in zip(reversed(digits), cycle((2, 1))))
    return str(-sum(p // 10 + p % 10 for p in products) % 10)


def mod11(text: str, weights: Sequence[int] = range(2, 10), overflow: str = "0") -> str:
    """Return the modulo 11 check digit of `text`, made of characters valued ASCII minus 48.

    `weights` run from the right and start over when exhausted. The digit is 11 minus the remainder
    of the weighted sum; the results 10 and 11 do not fit and become `overflow`. The defaults are
    FEBRABAN's for collection codes (Layout Padrão de Arrecadação v7, "Módulo 11").
    """
    total = sum((ord(c) - ord("0")) * w for c, w in zip(reversed(text), cycle(weights)))
    complement = 11 - total % 11
    return str(complement) if complement < 10 else overflow
