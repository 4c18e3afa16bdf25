"""What providers report: what became of our messages, and of the people they were for.

Receipts come in any order, several times, and before our own call has returned. A message never
falls back to an earlier status, and one that reached somebody's telephone has not failed, whatever
another telephone of theirs reports.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.engine import Connection, Engine

from bot import aliases
from bot.delivery import holds, metrics
from bot.delivery.dispatcher import Patience
from bot.delivery.news import News, ToSend
from bot.delivery.outbox import GIVEN_UP, SENT, WAITING, give_up_on, is_for
from bot.transcript import Clock, utc_now
from channels.assistant import Sender
from channels.sending import Receipt, ReceiptStatus, Remedy
from records.tables import outbox

ARRIVED = (ReceiptStatus.DELIVERED, ReceiptStatus.READ)

log = structlog.get_logger(__name__)


class Reports:
    """Implements ``channels.sending.DeliveryRecord``."""

    def __init__(
        self, records: Engine, news: News, now: Clock = utc_now, patience: Patience | None = None
    ) -> None:
        """Note in ``records`` what is reported."""
        self._records = records
        self._news = news
        self._now = now
        self._patience = patience or Patience()

    async def receipt(self, receipt: Receipt) -> None:
        """See ``DeliveryRecord.receipt``."""
        metrics.RECEIPTS.labels(receipt.channel, receipt.status.name.lower()).inc()
        if await asyncio.to_thread(self._note, receipt):
            # What was not known is known now: the recipient's next message may follow.
            self._news.tell(ToSend(receipt.channel, receipt.account))

    async def unreachable(self, sender: Sender, reason: str) -> None:
        """See ``DeliveryRecord.unreachable``."""
        await asyncio.to_thread(self._mark_unreachable, sender, reason)

    async def renamed(self, old: Sender, new: Sender) -> None:
        """See ``DeliveryRecord.renamed``."""
        await asyncio.to_thread(self._rename, old, new)

    def _note(self, receipt: Receipt) -> bool:
        with self._records.begin() as connection:
            row = _find(connection, receipt)
            if row is None or not _is_news(row.receipt, receipt.status):
                return False
            values: dict[str, Any] = {"receipt": receipt.status.value}
            if receipt.status is ReceiptStatus.FAILED:
                values |= self._after_failure(connection, row, receipt)
            else:
                values |= {"state": SENT, "provider_id": receipt.provider_id, "reason": None}
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(**values))
        return True

    def _after_failure(self, connection: Connection, row: Any, receipt: Receipt) -> dict[str, Any]:
        log.warning("send.failed_later", message=row.key, reason=receipt.reason)
        recipient = Sender(row.channel, row.account, row.recipient)
        remedy = receipt.remedy or Remedy.GIVE_UP
        if remedy is Remedy.UNREACHABLE:
            give_up_on(connection, recipient, receipt.reason)
        again = remedy in (Remedy.RETRY, Remedy.ONCE_MORE, Remedy.HOLD)
        if not again or row.attempts >= self._patience.attempts(remedy):
            return {"state": GIVEN_UP, "reason": receipt.reason[:200]}
        if remedy is Remedy.HOLD:
            holds.put(connection, row.channel, row.account, receipt.reason, self._now())
        pause = self._patience.first_retry * 2 ** (row.attempts - 1)
        return {
            "state": WAITING,
            "receipt": None,
            "next_attempt_at": self._now() + min(pause, timedelta(hours=1)),
            "reason": receipt.reason[:200],
        }

    def _mark_unreachable(self, sender: Sender, reason: str) -> None:
        with self._records.begin() as connection:
            give_up_on(connection, sender, reason)

    def _rename(self, old: Sender, new: Sender) -> None:
        with self._records.begin() as connection:
            aliases.rename(connection, old, new, self._now())
            connection.execute(update(outbox).where(is_for(old)).values(recipient=new.id))


def _find(connection: Connection, receipt: Receipt) -> Any:
    """The row that a receipt is about: by our key, or by the provider's id of the latest call."""
    named = outbox.c.provider_id == receipt.provider_id
    if receipt.key:
        by_key = outbox.c.key == receipt.key
        named = or_(named, by_key & outbox.c.provider_id.is_(None))
    return connection.execute(
        select(outbox)
        .where(outbox.c.channel == receipt.channel, outbox.c.account == receipt.account, named)
        .limit(1)
        .with_for_update()
    ).one_or_none()


def _is_news(known: int | None, status: ReceiptStatus) -> bool:
    if known is None:
        return True
    if status is ReceiptStatus.FAILED:
        return ReceiptStatus(known) not in (*ARRIVED, ReceiptStatus.FAILED)
    if known == ReceiptStatus.FAILED.value:
        return status in ARRIVED
    return status.value > known
