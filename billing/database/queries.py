"""Reading bills and invoices, each within the transaction it is given."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql import Select

from billing.database import rows
from billing.database.tables import (
    bills,
    holders,
    invoice_items,
    payments,
    readings,
    taxes,
    units,
)
from billing.gateway import BillingRecordNotFound
from billing.model import Bill, Holder, Invoice, MonthlyConsumption, Unit

_HISTORY_MONTHS = 13  # the billed month and the twelve before (REN ANEEL 1.000/2021 art. 327)

_FIRST_PAYMENT = (
    select(func.min(payments.c.paid_on))
    .where(payments.c.bill_id == bills.c.id)
    .scalar_subquery()
    .label("paid_on")
)


def holder(connection: Connection, holder_id: str) -> Holder:
    """Return a holder. Raises ``BillingRecordNotFound``."""
    row = connection.execute(select(holders).where(holders.c.id == holder_id)).one_or_none()
    if row is None:
        raise BillingRecordNotFound("holder")
    return rows.holder_of(row)


def unit(connection: Connection, unit_id: str) -> Unit:
    """Return a unit. Raises ``BillingRecordNotFound``."""
    row = connection.execute(select(units).where(units.c.id == unit_id)).one_or_none()
    if row is None:
        raise BillingRecordNotFound("unit")
    return rows.unit_of(row)


def units_of(connection: Connection, holder_id: str) -> list[Unit]:
    """Return the units of a holder in the order they were connected."""
    query = (
        select(units)
        .where(units.c.holder_id == holder_id)
        .order_by(units.c.connected_on, units.c.id)
    )
    return [rows.unit_of(row) for row in connection.execute(query)]


def open_bills(connection: Connection, unit_id: str) -> list[Bill]:
    """Return the bills of a unit without a payment, the oldest due first."""
    paid = select(payments.c.id).where(payments.c.bill_id == bills.c.id).exists()
    query = (
        _bills_query().where(bills.c.unit_id == unit_id, ~paid).order_by(bills.c.due_on, bills.c.id)
    )
    return [rows.bill_of(row) for row in connection.execute(query)]


def newest_bills(connection: Connection, unit_id: str, limit: int) -> list[Bill]:
    """Return the last bills of a unit, the newest first."""
    query = (
        _bills_query()
        .where(bills.c.unit_id == unit_id)
        .order_by(bills.c.month.desc(), bills.c.issued_on.desc(), bills.c.id)
        .limit(limit)
    )
    return [rows.bill_of(row) for row in connection.execute(query)]


def bill(connection: Connection, bill_id: str) -> Bill:
    """Return a bill. Raises ``BillingRecordNotFound``."""
    return rows.bill_of(_bill_row(connection, bill_id))


def invoice(connection: Connection, bill_id: str) -> Invoice:
    """Return a bill with all that is printed on it. Raises ``BillingRecordNotFound``."""
    row = _bill_row(connection, bill_id)
    unit_billed = unit(connection, row.unit_id)
    month_readings = _readings_until(connection, row)
    items = select(invoice_items).where(invoice_items.c.bill_id == bill_id)
    taxed = select(taxes).where(taxes.c.bill_id == bill_id)
    return Invoice(
        bill=rows.bill_of(row),
        unit=unit_billed,
        holder=holder(connection, unit_billed.holder_id),
        supply_class=row.supply_class,
        tariff_flag=row.tariff_flag,
        invoice_number=row.invoice_number,
        reading=rows.reading_of(month_readings[-1]),
        items=tuple(
            rows.item_of(item)
            for item in connection.execute(items.order_by(invoice_items.c.position))
        ),
        taxes=tuple(
            rows.tax_of(tax) for tax in connection.execute(taxed.order_by(taxes.c.position))
        ),
        history=tuple(_consumption_of(reading) for reading in month_readings),
        messages=tuple(row.messages),
    )


def _bills_query() -> Select:
    return select(bills, _FIRST_PAYMENT)


def _bill_row(connection: Connection, bill_id: str) -> Row:
    row = connection.execute(_bills_query().where(bills.c.id == bill_id)).one_or_none()
    if row is None:
        raise BillingRecordNotFound("bill")
    return row


def _readings_until(connection: Connection, billed: Row) -> list[Row]:
    """Return up to 13 months of readings, oldest first, that of the bill last."""
    query = (
        select(readings)
        .where(readings.c.unit_id == billed.unit_id, readings.c.month <= billed.month)
        .order_by(readings.c.month.desc())
        .limit(_HISTORY_MONTHS)
    )
    newest_first: list[Row] = connection.execute(query).all()
    if not newest_first or newest_first[0].month != billed.month:
        raise BillingRecordNotFound("reading of the bill")
    return newest_first[::-1]


def _consumption_of(reading: Row) -> MonthlyConsumption:
    return MonthlyConsumption(month=reading.month, kwh=reading.current_kwh - reading.previous_kwh)
