"""What the demo distributor charges, and how the taxes sit inside it.

Rates and prices are of the usual size and nobody's own. Taxes are "por dentro": the price of one
kWh contains them. ICMS is charged on the whole; PIS and COFINS on the whole without the ICMS (STF,
RE 574.706). Prices are millionths of a real, rates basis points.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ICMS_RATE = 1900
# PIS and COFINS change every month with what the distributor can deduct.
_PIS_COFINS_RATES = ((81, 372), (94, 433), (76, 351), (88, 405), (102, 470), (69, 318))


@dataclass(frozen=True)
class SupplyClass:
    """A class of supply, its prices before taxes and how much its units use in a month."""

    name: str
    distribution_price: int  # TUSD
    energy_price: int  # TE
    usual_kwh: tuple[int, int]
    free_kwh: int = 0  # Tarifa Social


RESIDENTIAL = SupplyClass("B1 Residencial - Convencional bifásico", 612_480, 281_350, (130, 430))
LOW_INCOME = SupplyClass(
    "B1 Residencial Baixa Renda - Convencional monofásico", 612_480, 281_350, (115, 210), 80
)
COMMERCIAL = SupplyClass("B3 Comercial - Convencional trifásico", 618_900, 284_300, (600, 5200))


@dataclass(frozen=True)
class TariffFlag:
    """A bandeira tarifária and what it adds to the price of one kWh, before taxes."""

    name: str
    price: int


_GREEN = TariffFlag("Verde", 0)
_YELLOW = TariffFlag("Amarela", 18_850)
_RED_1 = TariffFlag("Vermelha patamar 1", 44_630)
_RED_2 = TariffFlag("Vermelha patamar 2", 78_770)
# Reservoirs are full at the end of the rains and low at the end of the dry season.
_FLAGS = (_GREEN,) * 4 + (_YELLOW, _RED_1, _RED_1, _RED_2, _RED_2, _RED_1, _YELLOW, _GREEN)

# Contribution to street lighting in cents, by consumption up to so many kWh; a municipal law.
_LIGHTING = ((100, 690), (200, 1435), (300, 2210), (500, 3580), (1000, 5840))
_LIGHTING_ABOVE = 9720


def tariff_flag(month: date) -> TariffFlag:
    """Return the flag of a month; ANEEL sets one for the whole country."""
    return _FLAGS[month.month - 1]


def pis_cofins_rates(month: date) -> tuple[int, int]:
    """Return the PIS and COFINS rates of a month."""
    return _PIS_COFINS_RATES[(month.year * 12 + month.month) % len(_PIS_COFINS_RATES)]


def price_with_taxes(price: int, month: date) -> int:
    """Return the price of one kWh that leaves ``price`` once its taxes are paid."""
    without_icms = 10_000 - ICMS_RATE
    without_pis_cofins = 10_000 - sum(pis_cofins_rates(month))
    return rounded_division(price * 10**8, without_icms * without_pis_cofins)


def street_lighting_cents(kwh: int) -> int:
    """Return the month's contribution to street lighting."""
    return next((cents for limit, cents in _LIGHTING if kwh <= limit), _LIGHTING_ABOVE)


def rounded_division(dividend: int, divisor: int) -> int:
    """Return the quotient rounded to the nearest integer, halves up."""
    return (2 * dividend + divisor) // (2 * divisor)
