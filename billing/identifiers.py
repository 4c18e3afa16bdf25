"""The numbers a customer identifies with: CPF, CNPJ, consumer unit (UC) and old customer code.

Each is a frozen value that cannot exist invalid. Shown or logged without care it appears masked;
the whole number takes an explicit `.digits` or `.formatted`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import ClassVar, Literal, TypeVar

from billing.check_digits import mod11, strip_separators

IdentifierFault = Literal["characters", "length", "repeated", "check_digit"]

_EXPLANATIONS: dict[IdentifierFault, str] = {
    "characters": "it has a character that this number never has",
    "length": "it has too few or too many digits",
    "repeated": "one digit repeated is never issued",
    "check_digit": "the check digits do not match; a digit is mistyped",
}

# Not str.upper(), which turns some non-ASCII letters into ASCII ones.
_TO_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)

_Self = TypeVar("_Self", bound="_Identifier")
_CheckedSelf = TypeVar("_CheckedSelf", bound="_CheckedIdentifier")


class InvalidIdentifier(ValueError):
    """A text that is not the identifier it was read as; the message never contains the text.

    `kind` names the identifier ("CPF", "CNPJ", "UC", "customer code"). `reason` is "characters",
    "length", "repeated" (all digits equal) or "check_digit".
    """

    def __init__(self, kind: str, reason: IdentifierFault) -> None:
        """Explain `reason`; keep both for the caller."""
        super().__init__(f"{kind}: {_EXPLANATIONS[reason]}")
        self.kind = kind
        self.reason: IdentifierFault = reason


def _fill(template: str, digits: str) -> str:
    """Return `template` with each "#" replaced by the next of `digits`."""
    remaining = iter(digits)
    return re.sub("#", lambda _: next(remaining), template)


@dataclass(frozen=True, repr=False)
class _Identifier:
    """A number written without separators; building one that is wrong raises InvalidIdentifier."""

    digits: str

    kind: ClassVar[str]
    _alphabet: ClassVar[str] = "0-9"
    _lengths: ClassVar[Sequence[int]]
    _visible: ClassVar[slice]

    def __post_init__(self) -> None:
        if not re.fullmatch(f"[{self._alphabet}]*", self.digits):
            raise InvalidIdentifier(self.kind, "characters")
        if len(self.digits) not in self._lengths:
            raise InvalidIdentifier(self.kind, "length")

    @classmethod
    def parse(cls: type[_Self], text: str) -> _Self:
        """Read what a person typed, ignoring spaces, dots, hyphens and slashes.

        Raises InvalidIdentifier.
        """
        return cls(strip_separators(text))

    @property
    def _template(self) -> str:
        return "#" * len(self.digits)

    @property
    def formatted(self) -> str:
        """The number with its usual separators."""
        return _fill(self._template, self.digits)

    @property
    def masked(self) -> str:
        """The formatted number with most digits hidden, fit for a screen or a log."""
        hidden = ["•"] * len(self.digits)
        hidden[self._visible] = self.digits[self._visible]
        return _fill(self._template, "".join(hidden))

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked})"


class _CheckedIdentifier(_Identifier):
    """An identifier of fixed length that ends in two modulo 11 digits."""

    _weights: ClassVar[Sequence[int]]

    def __post_init__(self) -> None:
        super().__post_init__()
        # 00000000000 and its like satisfy the arithmetic, and no registry issues them.
        if len(set(self.digits)) == 1:
            raise InvalidIdentifier(self.kind, "repeated")
        if self.digits != self._complete(self.digits[:-2]):
            raise InvalidIdentifier(self.kind, "check_digit")

    @classmethod
    def with_check_digits(cls: type[_CheckedSelf], body: str) -> _CheckedSelf:
        """Return the identifier whose digits are `body` and the two check digits it implies.

        `body` has no separators. Raises InvalidIdentifier when it has the wrong characters or
        length, or is one digit repeated.
        """
        return cls(cls._complete(body))

    @classmethod
    def _complete(cls, body: str) -> str:
        for _ in range(2):
            body += mod11(body, cls._weights)
        return body


class Cpf(_CheckedIdentifier):
    """A person's taxpayer number: 9 digits and 2 check digits, as in 123.456.789-09.

    Check digits: modulo 11, weights 2 to 11 from the right, remainders 0 and 1 give 0 (Receita
    Federal). `masked` hides the ends, as federal transparency portals do: •••.456.789-••.
    """

    kind = "CPF"
    _lengths = (11,)
    _weights = range(2, 12)
    _template = "###.###.###-##"
    _visible = slice(3, 9)


class Cnpj(_CheckedIdentifier):
    """A company's taxpayer number: 12 letters or digits and 2 check digits.

    Letters are allowed since July 2026, as in 12.ABC.345/01DE-35; each character is worth its
    ASCII code minus 48, and the weights are 2 to 9 from the right (IN RFB 2.229/2024). Lower case
    is read as upper case.
    """

    kind = "CNPJ"
    _alphabet = "0-9A-Z"
    _lengths = (14,)
    _weights = range(2, 10)
    _template = "##.###.###/####-##"
    _visible = slice(2, 8)

    @classmethod
    def parse(cls, text: str) -> "Cnpj":
        """Read what a person typed, in either case. Raises InvalidIdentifier."""
        return cls(strip_separators(text).translate(_TO_UPPER))


class UcNumber(_CheckedIdentifier):
    """A consumer unit: 10 digits of sequence, 3 of the distributor, 2 check digits.

    The national number of ANEEL REN 1.095/2024, printed N.NNN.NNN.NNN.DDD-VV with or without its
    leading zeros; always 15 digits here. Check digits: modulo 11 over the 13 digits before each,
    weights 10 down to 1 and then 10, 9, 8 from the left, remainders 0 and 1 give 0 (ANEEL's
    instructions for the UC number, Annex II).
    """

    kind = "UC"
    _lengths = (15,)
    _weights = (8, 9, 10, *range(1, 11))
    _template = "#.###.###.###.###-##"
    _visible = slice(7, 13)

    @classmethod
    def _complete(cls, body: str) -> str:
        first = mod11(body, cls._weights)
        return body + first + mod11(body[1:] + first, cls._weights)

    @classmethod
    def parse(cls, text: str) -> "UcNumber":
        """Read 11 to 15 digits, restoring leading zeros. Raises InvalidIdentifier.

        Shorter texts are refused with reason "length": they are old customer codes.
        """
        code = strip_separators(text)
        return cls(code.rjust(15, "0") if len(code) > 10 else code)

    @classmethod
    def from_sequence(cls, sequence: int, distributor: str) -> "UcNumber":
        """Return unit number `sequence` of the distributor with the 3-digit ANEEL code.

        Raises InvalidIdentifier when either does not fit its field.
        """
        if len(distributor) != 3:
            raise InvalidIdentifier(cls.kind, "length")
        return cls.with_check_digits(f"{sequence:010d}{distributor}")

    @property
    def sequence(self) -> int:
        """The distributor's own number for the unit."""
        return int(self.digits[:10])

    @property
    def distributor(self) -> str:
        """ANEEL's 3-digit code of the distributor, as in "013"."""
        return self.digits[10:13]

    @property
    def short(self) -> str:
        """The formatted number without leading zeros, as some bills print it.

        Below sequence 1,000,000 it has 10 digits or fewer and reads as an old customer code.
        """
        return self.formatted.lstrip("0.")


class CustomerCode(_Identifier):
    """The number that came before the UC: "conta contrato" or "código único", 7 to 10 digits.

    Distributors never published a check digit for it, so only a look-up tells whether it exists.
    Leading zeros are kept. It must be found for at least one year after the UC replaced it (ANEEL
    REN 1.095/2024).
    """

    kind = "customer code"
    _lengths = range(7, 11)
    _visible = slice(-3, None)


CustomerNumber = CustomerCode | UcNumber
"""Whichever number a customer knows their unit by."""


def parse_customer_number(text: str) -> CustomerNumber:
    """Read whichever number of the unit the customer has at hand.

    Up to 10 digits are an old customer code and 11 to 15 a UC, which must check. Raises
    InvalidIdentifier, whose `kind` tells which of the two was attempted.
    """
    if len(strip_separators(text)) <= 10:
        return CustomerCode.parse(text)
    return UcNumber.parse(text)
