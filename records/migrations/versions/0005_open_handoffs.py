"""Open hand-offs are found without reading ten years of closed ones.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_handoffs_closed_at", "handoffs", ["closed_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_handoffs_closed_at", table_name="handoffs")
