"""The collection code ("arrecadação"): a 44-digit bar code and its 48-digit line.

Bar code, positions from 1: product 1 (always 8), segment 2, value id 3, check digit 4, value
5-15, issuer 16-19 (16-23 in segment 6), the issuer's free field up to 44 (FEBRABAN, Layout Padrão
de Arrecadação/Recebimento com Utilização do Código de Barras v7).

Issuers may put a due date in the free field, and many do not, so none is read from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from billing.check_digits import InvalidPaymentCode, mod10, mod11, require_digits, strip_separators

_PRODUCT = "8"
_MODULES: dict[str, Callable[[str], str]] = {"6": mod10, "7": mod10, "8": mod11, "9": mod11}
_AMOUNT_IN_REAIS = "68"


class Segment(IntEnum):
    """Who collects (FEBRABAN v7, position 2 of the bar code)."""

    CITY_HALL = 1
    SANITATION = 2
    ENERGY_AND_GAS = 3
    TELECOM = 4
    GOVERNMENT = 5
    BY_CNPJ = 6
    TRAFFIC_FINES = 7
    BANK = 9


@dataclass(frozen=True)
class CollectionCode:
    """A valid collection code, held as its 44-digit bar code.

    Raises InvalidPaymentCode when the digits are not one.
    """

    barcode: str

    def __post_init__(self) -> None:
        """Check the layout and the general check digit."""
        require_digits(self.barcode, 44)
        _require_layout(self.barcode)
        module = _MODULES[self.barcode[2]]
        if self.barcode[3] != module(self.barcode[:3] + self.barcode[4:]):
            raise InvalidPaymentCode("check_digit", "the general check digit does not match")

    @classmethod
    def parse(cls, text: str) -> "CollectionCode":
        """Read a 48-digit line or a 44-digit bar code. Raises InvalidPaymentCode."""
        code = require_digits(strip_separators(text), 48, 44)
        if len(code) == 44:
            return cls(code)
        _require_layout(code)
        module = _MODULES[code[2]]
        blocks = [code[i : i + 12] for i in range(0, 48, 12)]
        for number, block in enumerate(blocks, start=1):
            if module(block[:-1]) != block[-1]:
                raise InvalidPaymentCode(
                    "check_digit", f"the check digit of block {number} does not match", number
                )
        return cls("".join(block[:-1] for block in blocks))

    @classmethod
    def build(
        cls,
        *,
        issuer: str,
        amount_cents: int,
        free_field: str,
        segment: Segment = Segment.ENERGY_AND_GAS,
        value_id: str = "6",
    ) -> "CollectionCode":
        """Return the code of an issuer: 4 digits, or 8 of its CNPJ in segment 6.

        `free_field` fills the rest, 25 or 21 digits. With `value_id` "7" or "9" the amount field
        holds a quantity or a reference instead of cents. Raises InvalidPaymentCode when something
        does not fit its field.
        """
        if len(issuer) != _issuer_length(segment) or len(issuer + free_field) != 29:
            raise InvalidPaymentCode("length", "the issuer and the free field have 29 digits")
        if not 0 <= amount_cents < 10**11:
            raise InvalidPaymentCode("amount", "the amount goes from 0 to R$ 999.999.999,99")
        head, tail = f"{_PRODUCT}{segment:d}{value_id}", f"{amount_cents:011d}{issuer}{free_field}"
        require_digits(head + tail, 43)
        _require_layout(head)
        return cls(head + _MODULES[value_id](head + tail) + tail)

    @property
    def segment(self) -> Segment:
        """Who collects."""
        return Segment(int(self.barcode[1]))

    @property
    def amount_cents(self) -> int | None:
        """The amount in cents, or None when the field is zero or holds something else.

        Value ids 7 and 9 put there a quantity, or a value to be indexed.
        """
        in_reais = self.barcode[2] in _AMOUNT_IN_REAIS
        return int(self.barcode[4:15]) or None if in_reais else None

    @property
    def issuer(self) -> str:
        """FEBRABAN's 4-digit code of the issuer, or the first 8 digits of its CNPJ."""
        return self.barcode[15 : 15 + _issuer_length(self.segment)]

    @property
    def free_field(self) -> str:
        """The 25 (or, after a CNPJ, 21) digits whose meaning the issuer decides."""
        return self.barcode[15 + _issuer_length(self.segment) :]

    @property
    def line(self) -> str:
        """The 48 digits of the line: four blocks of 11, each with its own check digit."""
        return "".join(block + digit for block, digit in self._blocks)

    @property
    def formatted_line(self) -> str:
        """The line as printed, four blocks such as 12345678901-2."""
        return " ".join(f"{block}-{digit}" for block, digit in self._blocks)

    @property
    def _blocks(self) -> list[tuple[str, str]]:
        module = _MODULES[self.barcode[2]]
        blocks = [self.barcode[i : i + 11] for i in range(0, 44, 11)]
        return [(block, module(block)) for block in blocks]


def _issuer_length(segment: Segment) -> int:
    return 8 if segment is Segment.BY_CNPJ else 4


def _require_layout(code: str) -> None:
    """Check product, segment and value id, which begin both the line and the bar code."""
    product, segment, value_id = code[0], code[1], code[2]
    if product != _PRODUCT or int(segment) not in list(Segment) or value_id not in _MODULES:
        raise InvalidPaymentCode("layout", "not the product, segment or value id of FEBRABAN", 1)
