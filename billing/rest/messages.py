"""The bodies of requests and answers that are not a value of the model themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing.model import Bill, Consent, Holder, PendingConsent, Unit


@dataclass(frozen=True)
class UnitSearch:
    """Look for the unit with a number: a UC if it has 15 digits, else an old customer code."""

    number: str


@dataclass(frozen=True)
class PersonSearch:
    """Look for the holder with this CPF (11 digits), born on this date."""

    cpf: str
    birth_date: date


@dataclass(frozen=True)
class CompanySearch:
    """Look for the company with this CNPJ (14 positions) that holds the unit with this number."""

    cnpj: str
    number: str


@dataclass(frozen=True)
class UnitFound:
    """The answer to ``UnitSearch``."""

    unit: Unit | None


@dataclass(frozen=True)
class HolderFound:
    """The answer to ``PersonSearch`` and ``CompanySearch``."""

    holder: Holder | None


@dataclass(frozen=True)
class UnitList:
    """Units of a holder."""

    units: tuple[Unit, ...]


@dataclass(frozen=True)
class BillList:
    """Bills of a unit."""

    bills: tuple[Bill, ...]


@dataclass(frozen=True)
class EmailInvoiceRequest:
    """The agreement to receive bills at an address."""

    consent: Consent
    email: str


@dataclass(frozen=True)
class EmailInvoiceRequested:
    """The consent that waits for its confirmation, or none: it took effect at once."""

    pending: PendingConsent | None
