"""Counts what waits to be sent, and what is parked, for the gauges of ``metrics``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.delivery import metrics
from bot.delivery.inbox import PARKED
from bot.delivery.outbox import GIVEN_UP, OPEN
from channels.sending import SendingChannel
from records.tables import inbox, outbox


def take_census(records: Engine, channels: Iterable[SendingChannel], at: datetime) -> None:
    """Bring the gauges up to date. Blocks."""
    parked = (
        select(inbox.c.channel, func.count())
        .where(inbox.c.state == PARKED)
        .group_by(inbox.c.channel)
    )
    given_up = (
        select(outbox.c.channel, func.count())
        .where(outbox.c.state == GIVEN_UP)
        .group_by(outbox.c.channel)
    )
    to_send = (
        select(outbox.c.channel, func.count(), func.min(outbox.c.created_at))
        .where(outbox.c.state.in_(OPEN))
        .group_by(outbox.c.channel)
    )
    with records.begin() as connection:
        not_answered = connection.execute(parked).all()
        not_sent = connection.execute(given_up).all()
        waiting = connection.execute(to_send).all()
    for gauge in (
        metrics.NOT_ANSWERED, metrics.NOT_SENT, metrics.TO_SEND, metrics.TO_SEND_OLDEST
    ):  # fmt: skip
        gauge.clear()
    for channel in channels:
        metrics.TO_SEND.labels(channel.name).set(0)
        metrics.TO_SEND_OLDEST.labels(channel.name).set(0)
    for name, number in not_answered:
        metrics.NOT_ANSWERED.labels(name).set(number)
    for name, number in not_sent:
        metrics.NOT_SENT.labels(name).set(number)
    for name, number, oldest in waiting:
        metrics.TO_SEND.labels(name).set(number)
        metrics.TO_SEND_OLDEST.labels(name).set(max((at - oldest).total_seconds(), 0.0))
