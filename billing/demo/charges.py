"""The itemised value of a demo bill and the taxes inside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from billing.demo.tariff import (
    ICMS_RATE,
    SupplyClass,
    pis_cofins_rates,
    price_with_taxes,
    rounded_division,
    street_lighting_cents,
    tariff_flag,
)
from billing.model import InvoiceItem, Tax


@dataclass(frozen=True)
class LatePayment:
    """An earlier bill that was paid late: what its fine and interest are charged on."""

    month: date
    energy_cents: int
    days: int


@dataclass(frozen=True)
class Charges:
    """What a bill charges. The items add up to the bill; the taxes are inside the energy items."""

    items: tuple[InvoiceItem, ...]
    taxes: tuple[Tax, ...]
    energy_cents: int

    @property
    def total_cents(self) -> int:
        """The amount of the bill."""
        return sum(item.amount_cents for item in self.items)


def charge(
    supply_class: SupplyClass, month: date, city: str, kwh: int, late: LatePayment | None
) -> Charges:
    """Return the charges for a month's consumption, and for having paid ``late`` late."""
    energy = _energy_items(supply_class, month, kwh)
    energy_cents = sum(item.amount_cents for item in energy)
    lighting = _item(f"Contribuição de iluminação pública - {city}", street_lighting_cents(kwh))
    return Charges(
        items=(*energy, lighting, *(_late_items(late) if late else ())),
        taxes=_taxes(month, energy_cents),
        energy_cents=energy_cents,
    )


def _energy_items(supply_class: SupplyClass, month: date, kwh: int) -> tuple[InvoiceItem, ...]:
    flag = tariff_flag(month)
    items = [
        _kwh_item("Consumo - uso do sistema (TUSD)", kwh, supply_class.distribution_price, month),
        _kwh_item("Consumo - energia (TE)", kwh, supply_class.energy_price, month),
    ]
    if flag.price:
        items.append(_kwh_item(f"Adicional bandeira {flag.name.lower()}", kwh, flag.price, month))
    if supply_class.free_kwh:
        # Lei 15.235/2025: the first 80 kWh of low-income homes are free of charge.
        free = min(kwh, supply_class.free_kwh)
        price = supply_class.distribution_price + supply_class.energy_price
        discount = _kwh_item("", free, price, month).amount_cents
        items.append(_item(f"Desconto Tarifa Social - {free} kWh", -discount))
    return tuple(items)


def _late_items(late: LatePayment) -> tuple[InvoiceItem, ...]:
    """Return a fine of 2 % and interest of 1 % a month on the energy (REN 1.000 art. 343)."""
    reference = f"{late.month:%m/%Y}"
    fine = rounded_division(late.energy_cents * 2, 100)
    interest = rounded_division(late.energy_cents * late.days, 100 * 30)
    return (
        _item(f"Multa por atraso - conta {reference}", fine),
        _item(f"Juros de mora - conta {reference}", interest),
    )


def _taxes(month: date, energy_cents: int) -> tuple[Tax, ...]:
    pis_rate, cofins_rate = pis_cofins_rates(month)
    icms = _tax("ICMS", energy_cents, ICMS_RATE)
    base = energy_cents - icms.amount_cents
    return (icms, _tax("PIS", base, pis_rate), _tax("COFINS", base, cofins_rate))


def _tax(name: str, base_cents: int, rate: int) -> Tax:
    return Tax(name, base_cents, rate, rounded_division(base_cents * rate, 10_000))


def _kwh_item(description: str, kwh: int, price: int, month: date) -> InvoiceItem:
    unit_price = price_with_taxes(price, month)
    return InvoiceItem(description, kwh, unit_price, rounded_division(kwh * unit_price, 10_000))


def _item(description: str, amount_cents: int) -> InvoiceItem:
    return InvoiceItem(description, None, None, amount_cents)
