"""Forgets what has served its purpose, some rows at a time, so that nobody waits for it.

What the law keeps (attendances, demands, consents) and what customers read (entries) is not
touched here.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, delete, select
from sqlalchemy.engine import Engine
from sqlalchemy.sql.schema import Table

from attendance import attachments as attachments_kept
from bot import choices as offered
from bot.delivery.inbox import ANSWERED, DROPPED
from bot.delivery.outbox import DROPPED as NOT_SENT
from bot.delivery.outbox import GIVEN_UP, SENT
from bot.faults import describe
from bot.transcript import Clock
from records.tables import (
    attachments,
    choices,
    confirmations,
    inbox,
    mail_outbox,
    outbox,
    proof_attempts,
    proof_locks,
)

KEPT_KEYS = timedelta(days=9)
"""Meta delivers a message again for seven days, Telegram for one."""

KEPT_CALLS = timedelta(days=30)
"""Receipts arrive for as long as a provider keeps a message, and an operator may try one again
that was given up: to people who left the channel there is one with every answer."""

EVERY = 600.0
"""Seconds between rounds."""

BATCH = 500

log = structlog.get_logger(__name__)


class Retention:
    """Forgets, every few minutes, in every process."""

    def __init__(self, records: Engine, now: Clock) -> None:
        """Forget in ``records``; works only once started."""
        self._records = records
        self._now = now
        self._forgetting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._forgetting = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        """End."""
        if self._forgetting:
            self._forgetting.cancel()
            await asyncio.gather(self._forgetting, return_exceptions=True)

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                forgotten = await asyncio.to_thread(purge, self._records, self._now())
                log.info("records.forgotten", rows=forgotten)
            except Exception as error:  # there is another round
                log.error("retention.failed", fault=describe(error))


def purge(records: Engine, at: datetime) -> int:
    """Delete what is too old by ``at``; returns how many rows that were. Blocks."""
    return sum(_purge(records, table, old) for table, old in _too_old(at))


def _too_old(at: datetime) -> list[tuple[Table, Any]]:
    week, month = timedelta(days=7), timedelta(days=30)
    return [
        (
            inbox,
            and_(inbox.c.state.in_((ANSWERED, DROPPED)), inbox.c.accepted_at < at - KEPT_KEYS),
        ),
        (
            outbox,
            and_(
                outbox.c.state.in_((SENT, NOT_SENT, GIVEN_UP)),
                outbox.c.created_at < at - KEPT_CALLS,
            ),
        ),
        (attachments, attachments.c.created_at < at - attachments_kept.KEPT_FOR),
        (choices, choices.c.offered_at < at - offered.KEPT_FOR),
        (proof_attempts, proof_attempts.c.at < at - week),
        (proof_locks, proof_locks.c.locked_at < at - week),
        (confirmations, confirmations.c.expires_at < at - month),
        (mail_outbox, mail_outbox.c.sent_at < at - month),
        (mail_outbox, mail_outbox.c.given_up_at < at - month),  # its link is long out of date
    ]


def _purge(records: Engine, table: Table, old: Any) -> int:
    keys = list(table.primary_key.columns)
    total = 0
    while True:
        with records.begin() as connection:
            some = connection.execute(select(*keys).where(old).limit(BATCH)).all()
            for key in some:
                of_row = and_(*(column == value for column, value in zip(keys, key, strict=True)))
                connection.execute(delete(table).where(of_row))
        total += len(some)
        if len(some) < BATCH:
            return total
