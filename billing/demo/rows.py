"""The demo customers and their bills as rows of the billing tables."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timezone
from typing import Any

from sqlalchemy import Table

from billing.database import tables
from billing.demo.bills import READING_MONTHS, BilledMonth, billed_months, previous_month
from billing.demo.calendar import bill_dates
from billing.demo.consumption import meter_kwh, meter_serial
from billing.demo.customers import DemoCustomer, DemoUnit
from billing.demo.distributor import BENEFICIARY
from billing.demo.payment_codes import payment_line, pix_code
from billing.demo.tariff import tariff_flag

Rows = dict[Table, list[dict[str, Any]]]

_CONSENT_TEXT = "Quero receber a conta de energia por e-mail em vez de impressa."
_CONSENT_GIVEN_AT = datetime(2024, 3, 11, 14, 30, tzinfo=timezone.utc)


def holder_row(customer: DemoCustomer) -> dict[str, Any]:
    """Return the row of ``holders``."""
    holder = customer.holder
    return {
        "id": holder.id,
        "name": holder.name,
        "document": holder.document,
        "birth_date": customer.birth_date,
        "email": holder.email,
    }


def consent_row(customer: DemoCustomer) -> dict[str, Any]:
    """Return the row of ``email_consents`` of a customer who agreed before the demo began."""
    holder_id = customer.holder.id
    return {
        "id": holder_id.replace("holder", "consent"),
        "holder_id": holder_id,
        "idempotency_key": "demo",
        "text": _CONSENT_TEXT,
        "text_version": "demo-1",
        "channel": "agencia",
        "protocol": f"20240311{holder_id[-4:]:0>8}",
        "given_at": _CONSENT_GIVEN_AT,
        "email": customer.holder.email,
        "needs_confirmation": False,
        "state": "active",
    }


def unit_and_bill_rows(customers: list[DemoCustomer], today: date) -> Rows:
    """Return the rows of units and of all that hangs on them, tables in the order to insert."""
    rows: Rows = defaultdict(list)
    demo_units = [demo_unit for customer in customers for demo_unit in customer.units]
    rows[tables.units] = [_unit_row(demo_unit) for demo_unit in demo_units]
    for demo_unit in demo_units:
        rows[tables.readings] += _reading_rows(demo_unit, today)
        for billed in billed_months(demo_unit, today):
            _add_bill(rows, billed)
    return rows


def _unit_row(demo_unit: DemoUnit) -> dict[str, Any]:
    unit = demo_unit.unit
    return {
        "id": unit.id,
        "holder_id": unit.holder_id,
        "uc": unit.uc,
        "customer_code": unit.customer_code,
        **vars(unit.address),
        "connected_on": demo_unit.connected_on,
    }


def _reading_rows(demo_unit: DemoUnit, today: date) -> list[dict[str, Any]]:
    meter = meter_serial(demo_unit)
    return [
        {
            "unit_id": demo_unit.unit.id,
            "month": dates.month,
            "previous_on": dates.previous_reading,
            "current_on": dates.reading,
            "next_on": dates.next_reading,
            "previous_kwh": meter_kwh(demo_unit, previous_month(dates.month)),
            "current_kwh": meter_kwh(demo_unit, dates.month),
            "meter": meter,
        }
        for dates in bill_dates(demo_unit, today, READING_MONTHS)
    ]


def _add_bill(rows: Rows, billed: BilledMonth) -> None:
    rows[tables.bills].append(_bill_row(billed))
    for position, item in enumerate(billed.charges.items):
        rows[tables.invoice_items].append(
            {"bill_id": billed.bill_id, "position": position, **vars(item)}
        )
    for position, tax in enumerate(billed.charges.taxes):
        rows[tables.taxes].append({"bill_id": billed.bill_id, "position": position, **vars(tax)})
    if billed.paid_on:
        rows[tables.payments].append(_payment_row(billed, billed.paid_on))


def _bill_row(billed: BilledMonth) -> dict[str, Any]:
    dates, demo_unit = billed.dates, billed.demo_unit
    return {
        "id": billed.bill_id,
        "unit_id": demo_unit.unit.id,
        "month": dates.month,
        "issued_on": dates.issued_on,
        "due_on": dates.due_on,
        "amount_cents": billed.charges.total_cents,
        "beneficiary_name": BENEFICIARY.name,
        "beneficiary_cnpj": BENEFICIARY.cnpj,
        "payment_line": payment_line(billed),
        "pix": pix_code(billed),
        "supply_class": demo_unit.supply_class.name,
        "tariff_flag": tariff_flag(dates.month).name,
        "invoice_number": f"{dates.month:%y%m}.{demo_unit.unit.id[-4:]}",
        "messages": _messages(billed),
    }


def _payment_row(billed: BilledMonth, paid_on: date) -> dict[str, Any]:
    by_pix = int(billed.bill_id[-1]) % 2 == 0
    return {
        "bill_id": billed.bill_id,
        "paid_on": paid_on,
        "amount_cents": billed.charges.total_cents,
        "method": "pix" if by_pix else "bar_code",
    }


def _messages(billed: BilledMonth) -> list[str]:
    messages = ["Demonstração: distribuidora, cliente e conta são fictícios. Não pague."]
    for earlier in billed.earlier_open:
        messages.append(
            f"Débito anterior: a conta de {earlier.dates.month:%m/%Y}, vencida em "
            f"{earlier.dates.due_on:%d/%m/%Y}, continua em aberto."
        )
    return messages
