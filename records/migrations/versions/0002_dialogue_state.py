"""The dialogue state: Rasa's events, and how far back each conversation still looks.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    if sa.inspect(op.get_bind()).has_table("events"):
        # Rasa's own tracker store made it here: its events stay, for whoever analyses them.
        op.drop_index("ix_events_sender_id", "events")
    else:
        _create_events()
    op.create_index("ix_events_conversation", "events", ["sender_id", "id"])
    op.create_index("ix_events_age", "events", ["timestamp"])
    op.create_table(
        "dialogue_states",
        sa.Column("conversation_id", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recent", sa.Integer(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_dialogue_states")),
    )
    op.create_index(op.f("ix_dialogue_states_changed_at"), "dialogue_states", ["changed_at"])


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.String(length=255), nullable=False),
        sa.Column("type_name", sa.String(length=255), nullable=False),
        sa.Column("timestamp", sa.Float(), nullable=True),
        sa.Column("intent_name", sa.String(length=255), nullable=True),
        sa.Column("action_name", sa.String(length=255), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
