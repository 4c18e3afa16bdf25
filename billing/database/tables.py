"""The tables of the built-in billing database.

Money is integer cents. Instants are UTC: SQLite keeps no time zone, so what is written must
already be UTC. What customers agreed to and withdrew is never deleted (REN ANEEL 1.000/2021 art.
659: ten years); only its state changes.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

# Named constraints, so that a migration can change them on any database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

holders = Table(
    "holders",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("document", String(14), nullable=False, unique=True),  # CPF or CNPJ, bare
    Column("birth_date", Date),  # companies have none
    Column("email", String(254)),  # verified by the distributor
)

units = Table(
    "units",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("holder_id", ForeignKey("holders.id"), nullable=False, index=True),
    Column("uc", String(15), unique=True),
    Column("customer_code", String(10), nullable=False, unique=True),
    Column("street", String(200), nullable=False),
    Column("district", String(100), nullable=False),
    Column("city", String(100), nullable=False),
    Column("state", String(2), nullable=False),
    Column("postal_code", String(8), nullable=False),
    Column("connected_on", Date, nullable=False),
)

bills = Table(
    "bills",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("month", Date, nullable=False),  # first day
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("beneficiary_name", String(200), nullable=False),
    Column("beneficiary_cnpj", String(14), nullable=False),
    Column("payment_line", String(48), nullable=False),
    Column("pix", String(512), nullable=False),
    Column("supply_class", String(100), nullable=False),
    Column("tariff_flag", String(40), nullable=False),
    Column("invoice_number", String(40), nullable=False),
    Column("messages", JSON, nullable=False),  # list of texts
    Index(None, "unit_id", "month"),
)

# A table of its own: readings are kept for more months than bills are shown (art. 659 § 1).
readings = Table(
    "readings",
    metadata,
    Column("unit_id", ForeignKey("units.id"), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("previous_on", Date, nullable=False),
    Column("current_on", Date, nullable=False),
    Column("next_on", Date, nullable=False),
    Column("previous_kwh", Integer, nullable=False),
    Column("current_kwh", Integer, nullable=False),
    Column("meter", String(40), nullable=False),
)

invoice_items = Table(
    "invoice_items",
    metadata,
    Column("bill_id", ForeignKey("bills.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("description", String(200), nullable=False),
    Column("quantity_kwh", Integer),
    Column("unit_price_millionths", Integer),
    Column("amount_cents", BigInteger, nullable=False),
)

taxes = Table(
    "taxes",
    metadata,
    Column("bill_id", ForeignKey("bills.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", String(40), nullable=False),
    Column("base_cents", BigInteger, nullable=False),
    Column("rate_basis_points", Integer, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
)

# A bill may be paid twice, by bars and by Pix; the surplus is another system's concern (art. 342).
payments = Table(
    "payments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bill_id", ForeignKey("bills.id"), nullable=False, index=True),
    Column("paid_on", Date, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("method", String(20), nullable=False),
)


def _agreement_columns() -> list[Column]:
    """Return what proves an agreement or a withdrawal: who, which words, where, when."""
    return [
        Column("id", String(64), primary_key=True),
        Column("holder_id", ForeignKey("holders.id"), nullable=False),
        Column("idempotency_key", String(200), nullable=False),
        Column("text", Text, nullable=False),
        Column("text_version", String(40), nullable=False),
        Column("channel", String(40), nullable=False),
        Column("protocol", String(40), nullable=False),
        Column("given_at", DateTime(timezone=True), nullable=False),
    ]


email_consents = Table(
    "email_consents",
    metadata,
    *_agreement_columns(),
    Column("email", String(254), nullable=False),
    Column("needs_confirmation", Boolean, nullable=False),
    Column("state", String(20), nullable=False),  # see consents.py
    Column("confirmed_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    UniqueConstraint("holder_id", "idempotency_key"),
    CheckConstraint("state IN ('pending', 'active', 'replaced', 'withdrawn')", name="state"),
)

# At most one waits and one is in force, whatever two processes do at once.
for _state in ("pending", "active"):
    Index(
        f"uq_email_consents_{_state}",
        email_consents.c.holder_id,
        unique=True,
        sqlite_where=text(f"state = '{_state}'"),
        postgresql_where=text(f"state = '{_state}'"),
    )

email_withdrawals = Table(
    "email_withdrawals",
    metadata,
    *_agreement_columns(),
    UniqueConstraint("holder_id", "idempotency_key"),
)
