"""Reading whichever payment code a customer sends, without asking which kind it is."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from billing.bank_boleto import BankBoleto
from billing.check_digits import InvalidPaymentCode, strip_separators
from billing.collection import CollectionCode

__all__ = ["InvalidPaymentCode", "PaymentCode", "PaymentKind", "parse_payment_line"]


class PaymentKind(Enum):
    """Which option of the bank's app the customer pays with."""

    BANK_BOLETO = "bank_boleto"
    COLLECTION = "collection"


@dataclass(frozen=True)
class PaymentCode:
    """What a bill's payment code says, whichever its kind.

    `barcode` has 44 digits, `line` 47 (bank boleto) or 48 (collection). `amount_cents` is None
    when the code leaves the amount open, `due_date` when it does not state one.
    """

    kind: PaymentKind
    barcode: str
    line: str
    formatted_line: str
    amount_cents: int | None
    due_date: date | None


def parse_payment_line(text: str, today: date) -> PaymentCode:
    """Read a line or a bar code, with or without separators.

    A code that begins with 8 is a collection code and any other a bank boleto: 8 is FEBRABAN's
    product number (Layout Padrão de Arrecadação v7) and begins no bank's. `today` settles which
    turn of the due date factor is meant.

    Raises InvalidPaymentCode.
    """
    if strip_separators(text).startswith("8"):
        collection = CollectionCode.parse(text)
        return PaymentCode(
            kind=PaymentKind.COLLECTION,
            barcode=collection.barcode,
            line=collection.line,
            formatted_line=collection.formatted_line,
            amount_cents=collection.amount_cents,
            due_date=None,
        )
    boleto = BankBoleto.parse(text)
    return PaymentCode(
        kind=PaymentKind.BANK_BOLETO,
        barcode=boleto.barcode,
        line=boleto.line,
        formatted_line=boleto.formatted_line,
        amount_cents=boleto.amount_cents,
        due_date=boleto.due_date(today),
    )
