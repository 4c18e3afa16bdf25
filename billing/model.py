"""What the billing system speaks of: holders, units, bills, invoices, e-mail consents.

Plain values, the same whichever gateway they come from. Money is integer cents, dates are
calendar dates of the distributor's own time zone, instants are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from billing.payment_code import PaymentCode, parse_payment_line


@dataclass(frozen=True)
class Beneficiary:
    """Who receives the money: shown beside every payment code so that a fake can be spotted."""

    name: str
    cnpj: str  # 14 positions, no punctuation


@dataclass(frozen=True)
class Address:
    """Where a unit is."""

    street: str  # with number and complement
    district: str
    city: str
    state: str  # two letters
    postal_code: str  # 8 digits


@dataclass(frozen=True)
class Holder:
    """The person or company that answers for one or more units."""

    id: str
    name: str
    document: str  # CPF (11 digits) or CNPJ (14 positions), no punctuation
    email: str | None  # registered and verified address, if any

    @property
    def is_company(self) -> bool:
        """Whether the holder is identified by a CNPJ."""
        return len(self.document) == 14


@dataclass(frozen=True)
class Unit:
    """A consumer unit (unidade consumidora): one meter at one address."""

    id: str
    holder_id: str
    uc: str | None  # national number, 15 digits; None where only the old code exists
    customer_code: str  # the old código único / conta contrato, 7 to 10 digits
    address: Address


@dataclass(frozen=True)
class Bill:
    """One month's bill of one unit."""

    id: str
    unit_id: str
    month: date  # first day of the month billed
    issued_on: date
    due_on: date
    amount_cents: int
    beneficiary: Beneficiary
    payment_line: str  # 47 (bank boleto) or 48 (FEBRABAN collection) digits
    pix: str  # BR Code, "copia e cola"
    paid_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether no payment has been recorded."""
        return self.paid_on is None

    @property
    def payment_code(self) -> PaymentCode:
        """The payment line with its kind, bars and printed grouping."""
        return parse_payment_line(self.payment_line, today=self.issued_on)

    def days_overdue(self, today: date) -> int:
        """Days past the due date, 0 while it is not overdue or once it is paid."""
        return max((today - self.due_on).days, 0) if self.is_open else 0


@dataclass(frozen=True)
class Reading:
    """What the meter showed, and when it was read."""

    previous_on: date
    current_on: date
    next_on: date
    previous_kwh: int
    current_kwh: int
    meter: str  # serial number of the meter

    @property
    def consumption_kwh(self) -> int:
        """Energy billed, in kWh."""
        return self.current_kwh - self.previous_kwh

    @property
    def days(self) -> int:
        """Days between the two readings."""
        return (self.current_on - self.previous_on).days


@dataclass(frozen=True)
class InvoiceItem:
    """One line of the itemised value."""

    description: str
    quantity_kwh: int | None  # None where the item is not energy (street lighting, fines)
    unit_price_millionths: int | None  # price of one kWh with taxes, in millionths of a real
    amount_cents: int


@dataclass(frozen=True)
class Tax:
    """One tax inside the value: ICMS, PIS, COFINS."""

    name: str
    base_cents: int
    rate_basis_points: int  # 1900 = 19 %
    amount_cents: int


@dataclass(frozen=True)
class MonthlyConsumption:
    """One bar of the consumption chart."""

    month: date
    kwh: int


@dataclass(frozen=True)
class Invoice:
    """A bill with all that REN ANEEL 1.000/2021 art. 327 wants printed on it."""

    bill: Bill
    unit: Unit
    holder: Holder
    supply_class: str  # e.g. "B1 Residencial - Convencional monofásico"
    tariff_flag: str  # bandeira tarifária, e.g. "Verde"
    invoice_number: str  # number of the electric energy invoice (NF3e)
    reading: Reading
    items: tuple[InvoiceItem, ...]
    taxes: tuple[Tax, ...]
    history: tuple[MonthlyConsumption, ...]  # 13 months, oldest first, the billed one last
    messages: tuple[str, ...] = ()


class EmailInvoiceState(str, Enum):
    """Where the e-mail invoice of a holder stands."""

    INACTIVE = "inactive"
    PENDING = "pending"  # agreed to, waiting for the click that proves the address
    ACTIVE = "active"


@dataclass(frozen=True)
class EmailInvoice:
    """Whether and where the holder's bills go by e-mail.

    While a change waits for its confirmation, ``email`` is still the address in force (None if
    there is none) and ``pending_email`` the one that waits.
    """

    state: EmailInvoiceState
    email: str | None = None
    pending_email: str | None = None


@dataclass(frozen=True)
class Consent:
    """What a customer agreed to or withdrew, as it must be proved for ten years.

    REN ANEEL 1.000/2021 art. 333 (agreement, reversible) and art. 659 (records).
    """

    holder_id: str
    text: str  # the very words shown
    text_version: str
    channel: str
    protocol: str
    given_at: datetime  # aware, UTC


@dataclass(frozen=True)
class PendingConsent:
    """A consent that takes effect once its address is confirmed."""

    id: str
    email: str
