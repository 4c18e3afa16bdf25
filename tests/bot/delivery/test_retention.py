"""What is given up is kept for a month, in case an operator mends it, and then forgotten."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine as Records
from sqlalchemy.sql.schema import Table

from bot.delivery import parked
from bot.delivery.house import Delivery
from bot.delivery.retention import purge
from mail import deliveries
from mail.outbox import enqueue
from records.tables import mail_outbox, outbox
from tests.bot.delivery.conftest import Time, message, until
from tests.bot.delivery.provider import Provider

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def number_of(table: Table, records: Records) -> int:
    with records.begin() as connection:
        return len(connection.execute(select(table.c.id)).all())


@pytest.mark.parametrize(("days", "kept"), [(29, 1), (31, 0)])
async def test_a_call_that_was_given_up(
    delivery: Delivery, provider: Provider, records: Records, time: Time, days: int, kept: int
) -> None:
    provider.outcomes.append(400)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: parked.listed(records))
    await asyncio.to_thread(purge, records, time() + timedelta(days=days))
    assert number_of(outbox, records) == kept


@pytest.mark.parametrize(("days", "kept"), [(29, 1), (31, 0)])
def test_a_mail_that_was_given_up(records: Records, days: int, kept: int) -> None:
    letter = EmailMessage()
    letter["To"] = "maria@example.com"
    enqueue(records, letter, "a letter", at=NOON)
    mail = deliveries.claim(records, NOON)
    assert mail is not None
    deliveries.give_up(records, mail, NOON, "SMTP 550")
    purge(records, NOON + timedelta(days=days))
    assert number_of(mail_outbox, records) == kept
