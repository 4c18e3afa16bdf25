"""Filling a database with the demo distributor, as it stands on a given day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection, Engine

from billing.database.engine import WRITES
from billing.database.faults import transaction
from billing.database.tables import (
    bills,
    email_consents,
    email_withdrawals,
    holders,
    invoice_items,
    payments,
    readings,
    taxes,
    units,
)
from billing.demo.customers import DemoCustomer, other_customers
from billing.demo.rows import Rows, consent_row, holder_row, unit_and_bill_rows
from billing.demo.showcase_customers import SHOWCASE

_EMPTIED = (payments, taxes, invoice_items, bills, readings, units)  # whoever refers comes first


class NotADemoDatabase(Exception):
    """The database has customers that are not the demo's; filling it would destroy their bills."""


def demo_customers() -> list[DemoCustomer]:
    """Return every customer of the demo, those of the showcase first."""
    shown = [customer for _, customer in SHOWCASE]
    return [*shown, *other_customers(first_number=len(shown) + 1)]


def fill(engine: Engine, today: date) -> None:
    """Put the demo distributor into an up-to-date database, as it stands on ``today``.

    Done again, or for another day, it replaces units, bills and payments; what customers agreed
    to and withdrew about e-mail stays. Raises ``NotADemoDatabase``, having changed nothing, and
    ``BillingUnavailable``.
    """
    customers = demo_customers()
    rows = unit_and_bill_rows(customers, today)
    with transaction(engine.execution_options(**{WRITES: True})) as connection:
        _require_demo(connection, customers)
        for table in _EMPTIED:
            connection.execute(table.delete())
        _put_holders(connection, customers)
        _insert(connection, rows)
        _seed_consents(connection, customers)


def _require_demo(connection: Connection, customers: list[DemoCustomer]) -> None:
    ours = {customer.holder.id for customer in customers}
    if not ours.issuperset(connection.execute(select(holders.c.id)).scalars()):
        raise NotADemoDatabase("the database has customers of its own; give the demo another one")


def _put_holders(connection: Connection, customers: list[DemoCustomer]) -> None:
    """Insert the holders that are missing and renew the others, to which consents refer."""
    stored = set(connection.execute(select(holders.c.id)).scalars())
    rows = [holder_row(customer) for customer in customers]
    new = [row for row in rows if row["id"] not in stored]
    if new:
        connection.execute(insert(holders), new)
    old = [{**row, "row_id": row["id"]} for row in rows if row["id"] in stored]
    if old:
        connection.execute(update(holders).where(holders.c.id == bindparam("row_id")), old)


def _insert(connection: Connection, rows: Rows) -> None:
    for table in reversed(_EMPTIED):
        connection.execute(insert(table), rows[table])


def _seed_consents(connection: Connection, customers: list[DemoCustomer]) -> None:
    """Give an e-mail invoice to whom the demo says, unless they said something themselves."""
    heard: set[str] = set()
    for table in (email_consents, email_withdrawals):
        heard.update(connection.execute(select(table.c.holder_id)).scalars())
    seeds = [
        consent_row(customer)
        for customer in customers
        if customer.email_active and customer.holder.id not in heard
    ]
    if seeds:
        connection.execute(insert(email_consents), seeds)
