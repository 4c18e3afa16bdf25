"""The bank boleto: a 44-digit bar code and the 47-digit line a person can type.

Bar code, positions from 1: bank 1-3, currency 4 (always 9), check digit 5, due date factor 6-9,
amount in cents 10-19, the bank's free field 20-44 (Banco do Brasil, Doc5175).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from billing.check_digits import InvalidPaymentCode, mod10, mod11, require_digits, strip_separators

_REAL = "9"
# The factor counts days since 1997-10-07, was first used as 1000, and returns to 1000 on the day
# after 9999: 2025-02-22, 2049-10-14...
_FIRST_FACTOR = 1000
_FIRST_FACTOR_DATE = date(2000, 7, 3)
_CYCLE_DAYS = 9000


@dataclass(frozen=True)
class BankBoleto:
    """A valid bank boleto, held as its 44-digit bar code.

    Raises InvalidPaymentCode when the digits are not one.
    """

    barcode: str

    def __post_init__(self) -> None:
        """Check the layout and the general check digit."""
        require_digits(self.barcode, 44)
        # A first digit 8 is a collection code's; it is what tells the two kinds apart.
        if self.barcode[0] == "8" or self.barcode[3] != _REAL:
            raise InvalidPaymentCode("layout", "not the bank or the currency of a boleto", 1)
        if self.barcode[4] != _general_digit(self.barcode[:4] + self.barcode[5:]):
            raise InvalidPaymentCode("check_digit", "the general check digit does not match")

    @classmethod
    def parse(cls, text: str) -> "BankBoleto":
        """Read a 47-digit line or a 44-digit bar code. Raises InvalidPaymentCode."""
        code = require_digits(strip_separators(text), 47, 44)
        if len(code) == 44:
            return cls(code)
        fields = code[:10], code[10:21], code[21:32]
        for number, field in enumerate(fields, start=1):
            if mod10(field[:-1]) != field[-1]:
                raise InvalidPaymentCode(
                    "check_digit", f"the check digit of block {number} does not match", number
                )
        free_field = "".join(field[:-1] for field in fields)[4:]
        return cls(code[:4] + code[32:] + free_field)

    @classmethod
    def build(
        cls, *, bank: str, due_date: date | None, amount_cents: int, free_field: str
    ) -> "BankBoleto":
        """Return the boleto of a 3-digit bank with a 25-digit free field.

        `due_date` None prints no date; `amount_cents` 0 leaves the amount to the payer. Raises
        InvalidPaymentCode when something does not fit its field.
        """
        if len(bank) != 3 or len(free_field) != 25:
            raise InvalidPaymentCode("length", "the bank has 3 digits and the free field 25")
        if not 0 <= amount_cents < 10**10:
            raise InvalidPaymentCode("amount", "the amount goes from 0 to R$ 99.999.999,99")
        factor = due_factor(due_date) if due_date else 0
        head, tail = bank + _REAL, f"{factor:04d}{amount_cents:010d}{free_field}"
        require_digits(head + tail, 43)
        return cls(head + _general_digit(head + tail) + tail)

    @property
    def bank(self) -> str:
        """The bank's 3-digit clearing code."""
        return self.barcode[:3]

    @property
    def amount_cents(self) -> int | None:
        """The amount in cents, or None when the code leaves it open.

        An amount above R$ 99.999.999,99 runs over the factor, which then is below 1000 and no
        date (Doc5175).
        """
        return int(self.barcode[9:19] if self._factor else self.barcode[5:19]) or None

    @property
    def free_field(self) -> str:
        """The 25 digits whose meaning each bank decides."""
        return self.barcode[19:]

    @property
    def line(self) -> str:
        """The 47 digits of the line: three fields with a modulo 10 digit, K, factor and amount."""
        free = self.free_field
        fields = self.barcode[:4] + free[:5], free[5:15], free[15:]
        return "".join(field + mod10(field) for field in fields) + self.barcode[4:19]

    @property
    def formatted_line(self) -> str:
        """The line as printed: AAABC.CCCCX DDDDD.DDDDDY EEEEE.EEEEEZ K UUUUVVVVVVVVVV."""
        line = self.line
        return (
            f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} "
            f"{line[21:26]}.{line[26:32]} {line[32]} {line[33:]}"
        )

    def due_date(self, near: date) -> date | None:
        """Return the due date nearest to `near`, or None when the code has none.

        Each factor returns every 9000 days, so it needs the issue date or today to mean one day.
        """
        if not self._factor:
            return None
        first = _FIRST_FACTOR_DATE + timedelta(days=self._factor - _FIRST_FACTOR)
        cycles = ((near - first).days + _CYCLE_DAYS // 2) // _CYCLE_DAYS
        return first + timedelta(days=max(cycles, 0) * _CYCLE_DAYS)

    @property
    def _factor(self) -> int:
        factor = int(self.barcode[5:9])
        return factor if factor >= _FIRST_FACTOR else 0


def due_factor(due_date: date) -> int:
    """Return the due date factor, 1000 to 9999, of a date from 2000-07-03 on.

    Raises InvalidPaymentCode with reason "due_date" for an earlier one.
    """
    if due_date < _FIRST_FACTOR_DATE:
        raise InvalidPaymentCode("due_date", "due dates have a factor from 2000-07-03 on")
    return _FIRST_FACTOR + (due_date - _FIRST_FACTOR_DATE).days % _CYCLE_DAYS


def _general_digit(other_43: str) -> str:
    # Doc5175: unlike collection codes, the results 10 and 11 give 1, so that 0 never appears.
    return mod11(other_43, overflow="1")
