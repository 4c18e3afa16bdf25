"""The tables of Clara's own records.

Instants are stored as aware UTC. Outside of what was said (``entries``, and Rasa's ``events``,
which are dropped after a while) nothing here holds a CPF, a date of birth or a customer code:
proofs keep the billing system's opaque ids, failures keep keyed hashes.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from records.instant import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _conversation() -> Column[str]:
    return Column("conversation_id", ForeignKey("conversations.id"), nullable=False)


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("created_at", Instant, nullable=False),
    Column("last_entry", Integer, nullable=False),  # number of the newest entry, 0 for none
    Column("told_to_wait_at", Instant),  # when it was told last that answers take longer
)

aliases = Table(
    "aliases",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("sender", String(160), primary_key=True),
    _conversation(),
    Column("unreachable_reason", String(200)),  # nothing is sent to them until they write again
    Index("ix_aliases_conversation", "conversation_id"),
)

entries = Table(
    "entries",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("author", String(8), nullable=False),
    Column("message_id", String(128), nullable=False),
    Column("at", Instant, nullable=False),
    Column("message", JSON, nullable=False),
)

# What customers sent: the key by which a repeat is known, and what its answer depends on.
_WAITS_FOR_AN_ANSWER = text("state = 'waiting'")
inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    _conversation(),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("message_id", String(128), nullable=False),  # the provider's
    Column("sender", String(160), nullable=False),
    Column("number", Integer, nullable=False),  # of its entry
    Column("sent_at", Instant, nullable=False),  # by the channel's clock
    Column("accepted_at", Instant, nullable=False, index=True),
    Column("woken_at", Instant, nullable=False),  # when somebody was last told that it waits
    Column("state", String(8), nullable=False),  # waiting, answered, parked or dropped
    Column("attempts", Integer, nullable=False),
    Column("reason", String(200)),  # why it is parked
    Column("message", JSON),  # as bot.inbound has it; once answered only its album
    # A web chat's client counts its own messages: their ids are unique in a conversation only.
    UniqueConstraint("conversation_id", "channel", "account", "message_id"),
    Index(
        "ix_inbox_waiting",
        "conversation_id",
        "number",
        sqlite_where=_WAITS_FOR_AN_ANSWER,
        postgresql_where=_WAITS_FOR_AN_ANSWER,
    ),
    Index(
        "ix_inbox_parked",
        "channel",
        sqlite_where=text("state = 'parked'"),
        postgresql_where=text("state = 'parked'"),
    ),
)

# What Clara says by calls to a provider: a row is one call.
_IS_OPEN = text("state IN ('waiting', 'sending', 'unknown')")
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),  # also the order for each recipient
    Column("key", String(32), nullable=False, unique=True),
    _conversation(),
    Column("channel", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("recipient", String(160), nullable=False),
    Column("heard_at", Instant, nullable=False),  # of the message that is answered
    Column("message_id", String(128), nullable=False),  # of the same
    Column("request", JSON, nullable=False),  # in the channel's own words
    Column("created_at", Instant, nullable=False, index=True),
    # waiting, sending, unknown (it may have been sent), sent, given_up or dropped
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),  # how often it was not known whether it was sent
    Column("next_attempt_at", Instant, nullable=False),
    Column("provider_id", String(160)),
    Column("receipt", Integer),  # the latest channels.sending.ReceiptStatus
    Column("reason", String(200)),  # of the latest failure
    Index("ix_outbox_provider_id", "channel", "account", "provider_id"),
    Index(
        "ix_outbox_open",
        "channel",
        "account",
        "recipient",
        "id",
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    ),
    Index(
        "ix_outbox_given_up",
        "channel",
        sqlite_where=text("state = 'given_up'"),
        postgresql_where=text("state = 'given_up'"),
    ),
)

# Accounts that a provider refuses to serve until an operator has mended something.
holds = Table(
    "holds",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
)

choices = Table(
    "choices",
    metadata,
    Column("id", String(64), primary_key=True),
    _conversation(),
    Column("title", String(200), nullable=False),
    Column("payload", Text, nullable=False),
    Column("offered_at", Instant, nullable=False, index=True),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    _conversation(),
    Column("filename", String(160), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("description", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
)

# Rasa's own schema, so that `rasa export` and analytics read it; append-only.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255), nullable=False),  # a conversation, or one of `rasa shell`
    Column("type_name", String(255), nullable=False),
    Column("timestamp", Float),  # seconds since 1970, UTC
    Column("intent_name", String(255)),
    Column("action_name", String(255)),
    Column("data", Text),  # the event as JSON
    Index("ix_events_conversation", "sender_id", "id"),
    Index("ix_events_age", "timestamp"),
)

dialogue_states = Table(
    "dialogue_states",
    metadata,
    Column("conversation_id", String(255), primary_key=True),
    Column("version", Integer, nullable=False),  # counts the stored turns; fences off late ones
    Column("recent", Integer, nullable=False),  # how many of the newest events count one by one
    Column("folded", Text, nullable=False),  # JSON: the events that stand for all older ones
    Column("changed_at", Instant, nullable=False, index=True),
)

models = Table(
    "models",
    metadata,
    Column("id", String(64), primary_key=True),  # its file's name, with a fingerprint
    Column("published_at", Instant, nullable=False),
    Column("archive", LargeBinary, nullable=False),
)

model_changes = Table(  # append-only; the last row names the model that engines answer with
    "model_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model_id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

protocol_sequence = Table(
    "protocol_sequence",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

attendances = Table(
    "attendances",
    metadata,
    Column("protocol", String(20), primary_key=True),
    _conversation(),
    Column("channel", String(32), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("closed_at", Instant, nullable=True),
    Column("holder_id", String(64), nullable=True),  # proved at level 2
    Column("unit_ids", JSON, nullable=False),  # proved at level 1
    Index("ix_attendances_conversation", "conversation_id", "opened_at"),
)

demands = Table(
    "demands",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("protocol", ForeignKey("attendances.protocol"), nullable=False, index=True),
    Column("service", String(64), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("at", Instant, nullable=False),
)

proof_attempts = Table(
    "proof_attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("attempt", String(32), nullable=False),  # one attempt has a row for each scope
    Column("scope", String(32), nullable=False),  # e.g. "holder:conversation", "unit:address"
    Column("subject", String(64), nullable=False),  # keyed hash
    Column("at", Instant, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Index("ix_proof_attempts_subject", "scope", "subject", "at"),
    Index("ix_proof_attempts_attempt", "attempt"),
)

proof_locks = Table(
    "proof_locks",
    metadata,
    Column("scope", String(32), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("locked_at", Instant, nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("protocol", ForeignKey("attendances.protocol"), nullable=False),
    _conversation(),
    Column("requested_at", Instant, nullable=False),
    Column("transcript", Text, nullable=False),  # masked
    Column("taken_at", Instant, nullable=True),
    Column("closed_at", Instant, nullable=True),
    Index("ix_handoffs_conversation", "conversation_id"),
    Index("ix_handoffs_closed_at", "closed_at"),
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("consent_id", String(64), nullable=False),
    Column("protocol", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=True),
)

mail_outbox = Table(
    "mail_outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(128), nullable=False, unique=True),  # the same mail is queued once
    Column("message", LargeBinary, nullable=False),  # RFC 5322, with its recipient
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=False, index=True),
    Column("sent_at", Instant, nullable=True),
    Column("given_up_at", Instant, nullable=True),
    Column("last_error", String(200), nullable=True),  # an SMTP code or a class name, no address
)
