"""The inbox, the outbox, and what is known of those they come from and go to.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from datetime import timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_WAITS_FOR_AN_ANSWER = sa.text("state = 'waiting'")
_IS_OPEN = sa.text("state IN ('waiting', 'sending', 'unknown')")
_FORMER_KEY = "uq_entries_conversation_id_author_message_id"


def upgrade() -> None:
    """Apply."""
    op.add_column("conversations", sa.Column("told_to_wait_at", _INSTANT, nullable=True))
    op.add_column("aliases", sa.Column("unreachable_reason", sa.String(length=200), nullable=True))
    op.create_index("ix_aliases_conversation", "aliases", ["conversation_id"])
    _create_inbox()
    _create_outbox()
    op.create_table(
        "holds",
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", name=op.f("pk_holds")),
    )
    _fill_inbox(op.get_bind())
    with op.batch_alter_table("entries") as entries:
        entries.drop_constraint(
            op.f("uq_entries_conversation_id_author_message_id"), type_="unique"
        )


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("sender", sa.String(length=160), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_at", _INSTANT, nullable=False),
        sa.Column("accepted_at", _INSTANT, nullable=False),
        sa.Column("woken_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("message", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_inbox_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint(
            "conversation_id",
            "channel",
            "account",
            "message_id",
            name=op.f("uq_inbox_conversation_id_channel_account_message_id"),
        ),
    )
    op.create_index(op.f("ix_inbox_accepted_at"), "inbox", ["accepted_at"])
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["conversation_id", "number"],
        sqlite_where=_WAITS_FOR_AN_ANSWER,
        postgresql_where=_WAITS_FOR_AN_ANSWER,
    )
    _index_of_state("ix_inbox_parked", "inbox", "parked")


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=160), nullable=False),
        sa.Column("heard_at", _INSTANT, nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _INSTANT, nullable=False),
        sa.Column("provider_id", sa.String(length=160), nullable=True),
        sa.Column("receipt", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_outbox_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_created_at"), "outbox", ["created_at"])
    op.create_index("ix_outbox_provider_id", "outbox", ["channel", "account", "provider_id"])
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["channel", "account", "recipient", "id"],
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    )
    _index_of_state("ix_outbox_given_up", "outbox", "given_up")


def _index_of_state(name: str, table: str, state: str) -> None:
    where = sa.text(f"state = '{state}'")
    op.create_index(name, table, ["channel"], sqlite_where=where, postgresql_where=where)


def _fill_inbox(connection: Any) -> None:
    """Take over what customers sent before there was an inbox: what waits, and every key."""
    sent = connection.execute(
        sa.text(
            "SELECT e.conversation_id, e.number, e.message_id, e.at, e.message, a.channel,"
            " a.account, a.sender FROM entries e JOIN aliases a"
            " ON a.conversation_id = e.conversation_id WHERE e.author = 'customer'"
        ).columns(at=_INSTANT, message=sa.JSON())
    ).all()
    inbox = sa.table("inbox", *(sa.column(name) for name in _INBOX), sa.column("message", sa.JSON))
    entries = sa.table(
        "entries",
        sa.column("conversation_id"),
        sa.column("number"),
        sa.column("message", sa.JSON),
    )
    for row in sent:
        pending = row.message.get("pending")
        at = row.at if row.at.tzinfo else row.at.replace(tzinfo=timezone.utc)
        values = {
            **dict.fromkeys(("sent_at", "accepted_at", "woken_at"), at),
            **{name: row[name] for name in _KEPT},
            "state": "waiting" if pending else "answered",
            "attempts": 0,
            "message": pending,
        }
        connection.execute(sa.insert(inbox).values(values))
        if pending:
            rest = {name: value for name, value in row.message.items() if name != "pending"}
            connection.execute(
                sa.update(entries)
                .where(
                    entries.c.conversation_id == row.conversation_id,
                    entries.c.number == row.number,
                )
                .values(message=rest)
            )


_KEPT = ("conversation_id", "number", "message_id", "channel", "account", "sender")
_INBOX = (*_KEPT, "sent_at", "accepted_at", "woken_at", "state", "attempts")
