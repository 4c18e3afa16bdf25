"""Rows of the billing tables as values of the model."""

from __future__ import annotations

from sqlalchemy.engine import Row

from billing.model import Address, Beneficiary, Bill, Holder, InvoiceItem, Reading, Tax, Unit


def holder_of(row: Row) -> Holder:
    """Return the holder of a row of ``holders``."""
    return Holder(id=row.id, name=row.name, document=row.document, email=row.email)


def unit_of(row: Row) -> Unit:
    """Return the unit of a row of ``units``."""
    return Unit(
        id=row.id,
        holder_id=row.holder_id,
        uc=row.uc,
        customer_code=row.customer_code,
        address=Address(
            street=row.street,
            district=row.district,
            city=row.city,
            state=row.state,
            postal_code=row.postal_code,
        ),
    )


def bill_of(row: Row) -> Bill:
    """Return the bill of a row of ``bills`` with the day of its first payment as ``paid_on``."""
    return Bill(
        id=row.id,
        unit_id=row.unit_id,
        month=row.month,
        issued_on=row.issued_on,
        due_on=row.due_on,
        amount_cents=row.amount_cents,
        beneficiary=Beneficiary(name=row.beneficiary_name, cnpj=row.beneficiary_cnpj),
        payment_line=row.payment_line,
        pix=row.pix,
        paid_on=row.paid_on,
    )


def reading_of(row: Row) -> Reading:
    """Return the reading of a row of ``readings``."""
    return Reading(
        previous_on=row.previous_on,
        current_on=row.current_on,
        next_on=row.next_on,
        previous_kwh=row.previous_kwh,
        current_kwh=row.current_kwh,
        meter=row.meter,
    )


def item_of(row: Row) -> InvoiceItem:
    """Return the item of a row of ``invoice_items``."""
    return InvoiceItem(
        description=row.description,
        quantity_kwh=row.quantity_kwh,
        unit_price_millionths=row.unit_price_millionths,
        amount_cents=row.amount_cents,
    )


def tax_of(row: Row) -> Tax:
    """Return the tax of a row of ``taxes``."""
    return Tax(
        name=row.name,
        base_cents=row.base_cents,
        rate_basis_points=row.rate_basis_points,
        amount_cents=row.amount_cents,
    )
