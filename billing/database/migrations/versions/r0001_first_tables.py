"""The first tables: customers, bills, invoice details, e-mail agreements."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    _customers()
    _bills()
    _invoice_details()
    _agreements()


def downgrade() -> None:
    """Drop every table, those that refer to others first."""
    for table in (
        "taxes",
        "invoice_items",
        "payments",
        "readings",
        "bills",
        "units",
        "email_withdrawals",
        "email_consents",
        "holders",
    ):
        op.drop_table(table)


def _customers() -> None:
    """Create holders and their units."""
    op.create_table(
        "holders",
        Column("id", String(length=64), nullable=False),
        Column("name", String(length=200), nullable=False),
        Column("document", String(length=14), nullable=False),
        Column("birth_date", Date(), nullable=True),
        Column("email", String(length=254), nullable=True),
        PrimaryKeyConstraint("id", name="pk_holders"),
        UniqueConstraint("document", name="uq_holders_document"),
    )
    op.create_table(
        "units",
        Column("id", String(length=64), nullable=False),
        Column("holder_id", String(length=64), nullable=False),
        Column("uc", String(length=15), nullable=True),
        Column("customer_code", String(length=10), nullable=False),
        Column("street", String(length=200), nullable=False),
        Column("district", String(length=100), nullable=False),
        Column("city", String(length=100), nullable=False),
        Column("state", String(length=2), nullable=False),
        Column("postal_code", String(length=8), nullable=False),
        Column("connected_on", Date(), nullable=False),
        ForeignKeyConstraint(["holder_id"], ["holders.id"], name="fk_units_holder_id"),
        PrimaryKeyConstraint("id", name="pk_units"),
        UniqueConstraint("customer_code", name="uq_units_customer_code"),
        UniqueConstraint("uc", name="uq_units_uc"),
    )
    op.create_index("ix_units_holder_id", "units", ["holder_id"])


def _bills() -> None:
    """Create bills and what was paid."""
    op.create_table(
        "bills",
        Column("id", String(length=64), nullable=False),
        Column("unit_id", String(length=64), nullable=False),
        Column("month", Date(), nullable=False),
        Column("issued_on", Date(), nullable=False),
        Column("due_on", Date(), nullable=False),
        Column("amount_cents", BigInteger(), nullable=False),
        Column("beneficiary_name", String(length=200), nullable=False),
        Column("beneficiary_cnpj", String(length=14), nullable=False),
        Column("payment_line", String(length=48), nullable=False),
        Column("pix", String(length=512), nullable=False),
        Column("supply_class", String(length=100), nullable=False),
        Column("tariff_flag", String(length=40), nullable=False),
        Column("invoice_number", String(length=40), nullable=False),
        Column("messages", JSON(), nullable=False),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_bills_unit_id"),
        PrimaryKeyConstraint("id", name="pk_bills"),
    )
    op.create_table(
        "payments",
        Column("id", Integer(), nullable=False),
        Column("bill_id", String(length=64), nullable=False),
        Column("paid_on", Date(), nullable=False),
        Column("amount_cents", BigInteger(), nullable=False),
        Column("method", String(length=20), nullable=False),
        ForeignKeyConstraint(["bill_id"], ["bills.id"], name="fk_payments_bill_id"),
        PrimaryKeyConstraint("id", name="pk_payments"),
    )
    op.create_index("ix_bills_unit_id_month", "bills", ["unit_id", "month"])
    op.create_index("ix_payments_bill_id", "payments", ["bill_id"])


def _invoice_details() -> None:
    """Create readings, items and taxes, which a full invoice shows besides."""
    op.create_table(
        "readings",
        Column("unit_id", String(length=64), nullable=False),
        Column("month", Date(), nullable=False),
        Column("previous_on", Date(), nullable=False),
        Column("current_on", Date(), nullable=False),
        Column("next_on", Date(), nullable=False),
        Column("previous_kwh", Integer(), nullable=False),
        Column("current_kwh", Integer(), nullable=False),
        Column("meter", String(length=40), nullable=False),
        ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_readings_unit_id"),
        PrimaryKeyConstraint("unit_id", "month", name="pk_readings"),
    )
    op.create_table(
        "invoice_items",
        Column("bill_id", String(length=64), nullable=False),
        Column("position", Integer(), autoincrement=False, nullable=False),
        Column("description", String(length=200), nullable=False),
        Column("quantity_kwh", Integer(), nullable=True),
        Column("unit_price_millionths", Integer(), nullable=True),
        Column("amount_cents", BigInteger(), nullable=False),
        ForeignKeyConstraint(["bill_id"], ["bills.id"], name="fk_invoice_items_bill_id"),
        PrimaryKeyConstraint("bill_id", "position", name="pk_invoice_items"),
    )
    op.create_table(
        "taxes",
        Column("bill_id", String(length=64), nullable=False),
        Column("position", Integer(), autoincrement=False, nullable=False),
        Column("name", String(length=40), nullable=False),
        Column("base_cents", BigInteger(), nullable=False),
        Column("rate_basis_points", Integer(), nullable=False),
        Column("amount_cents", BigInteger(), nullable=False),
        ForeignKeyConstraint(["bill_id"], ["bills.id"], name="fk_taxes_bill_id"),
        PrimaryKeyConstraint("bill_id", "position", name="pk_taxes"),
    )


def _agreements() -> None:
    """Create e-mail consents, at most one pending and one active, and their withdrawals."""
    op.create_table(
        "email_consents",
        Column("id", String(length=64), nullable=False),
        Column("holder_id", String(length=64), nullable=False),
        Column("idempotency_key", String(length=200), nullable=False),
        Column("text", Text(), nullable=False),
        Column("text_version", String(length=40), nullable=False),
        Column("channel", String(length=40), nullable=False),
        Column("protocol", String(length=40), nullable=False),
        Column("given_at", DateTime(timezone=True), nullable=False),
        Column("email", String(length=254), nullable=False),
        Column("needs_confirmation", Boolean(), nullable=False),
        Column("state", String(length=20), nullable=False),
        Column("confirmed_at", DateTime(timezone=True), nullable=True),
        Column("ended_at", DateTime(timezone=True), nullable=True),
        CheckConstraint(
            "state IN ('pending', 'active', 'replaced', 'withdrawn')",
            name=op.f("ck_email_consents_state"),  # or the naming convention prefixes it again
        ),
        ForeignKeyConstraint(["holder_id"], ["holders.id"], name="fk_email_consents_holder_id"),
        PrimaryKeyConstraint("id", name="pk_email_consents"),
        UniqueConstraint(
            "holder_id", "idempotency_key", name="uq_email_consents_holder_id_idempotency_key"
        ),
    )
    op.create_table(
        "email_withdrawals",
        Column("id", String(length=64), nullable=False),
        Column("holder_id", String(length=64), nullable=False),
        Column("idempotency_key", String(length=200), nullable=False),
        Column("text", Text(), nullable=False),
        Column("text_version", String(length=40), nullable=False),
        Column("channel", String(length=40), nullable=False),
        Column("protocol", String(length=40), nullable=False),
        Column("given_at", DateTime(timezone=True), nullable=False),
        ForeignKeyConstraint(["holder_id"], ["holders.id"], name="fk_email_withdrawals_holder_id"),
        PrimaryKeyConstraint("id", name="pk_email_withdrawals"),
        UniqueConstraint(
            "holder_id", "idempotency_key", name="uq_email_withdrawals_holder_id_idempotency_key"
        ),
    )
    for state in ("pending", "active"):
        op.create_index(
            f"uq_email_consents_{state}",
            "email_consents",
            ["holder_id"],
            unique=True,
            sqlite_where=text(f"state = '{state}'"),
            postgresql_where=text(f"state = '{state}'"),
        )
