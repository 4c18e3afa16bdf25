"""What an operator has to look at: turns that failed, calls that were given up, stopped accounts.

Nobody's name, number or address is shown, and texts are masked. Functions block.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.engine import Connection, Engine

from attendance.masking import mask_capitalised, mask_text
from attendance.said import printable
from bot.delivery import holds
from bot.delivery import inbox as received
from bot.delivery import outbox as sending
from records.tables import inbox, outbox

TURN, CALL, ACCOUNT = "recebida", "envio", "conta"
"""What the id of an item begins with."""

SHOWN_TEXT = 300


class NothingParked(LookupError):
    """There is no such item, or it is not parked any more."""


@dataclass(frozen=True)
class Item:
    """Something that is parked."""

    id: str
    channel: str
    since: datetime
    attempts: int
    reason: str
    conversation: str = ""
    text: str = ""  # masked


def listed(records: Engine) -> list[Item]:
    """Everything that is parked, the oldest first."""
    with records.begin() as connection:
        turns = connection.execute(select(inbox).where(inbox.c.state == received.PARKED)).all()
        calls = connection.execute(select(outbox).where(outbox.c.state == sending.GIVEN_UP)).all()
    items = [*map(_turn, turns), *map(_call, calls), *map(_account, holds.all_holds(records))]
    return sorted(items, key=lambda item: item.since)


def found(records: Engine, id_: str) -> Item:
    """One item. Raises ``NothingParked``."""
    for item in listed(records):
        if item.id == id_:
            return item
    raise NothingParked(id_)


def retry(records: Engine, id_: str, now: Callable[[], datetime]) -> None:
    """Have it tried again by whoever serves, within seconds. Raises ``NothingParked``."""
    at = now()
    kind, _, rest = id_.partition("-")
    if kind == ACCOUNT:
        found(records, id_)
        channel, _, account = rest.partition("/")
        with records.begin() as connection:
            holds.probe_now(connection, channel, account, at)
        return
    again = {"attempts": 0, "reason": None}
    since_ever = datetime.fromtimestamp(0, at.tzinfo)
    _change(
        records,
        id_,
        turn={"state": received.WAITING, "woken_at": since_ever, **again},
        call={"state": sending.WAITING, "doubts": 0, "next_attempt_at": at, **again},
    )


def drop(records: Engine, id_: str) -> None:
    """Have it never tried again. Raises ``NothingParked``."""
    dropped = {"state": received.DROPPED}
    _change(records, id_, turn={**dropped, "message": None}, call=dropped)


def _change(records: Engine, id_: str, *, turn: dict[str, Any], call: dict[str, Any]) -> None:
    kind, _, number = id_.partition("-")
    if kind not in (TURN, CALL) or not number.isdigit():
        raise NothingParked(id_)
    with records.begin() as connection:
        if kind == TURN:
            parked = and_(inbox.c.id == int(number), inbox.c.state == received.PARKED)
            changed = _updated(connection, update(inbox).where(parked).values(**turn))
        else:
            given_up = and_(outbox.c.id == int(number), outbox.c.state == sending.GIVEN_UP)
            changed = _updated(connection, update(outbox).where(given_up).values(**call))
    if not changed:
        raise NothingParked(id_)


def _updated(connection: Connection, statement: Any) -> int:
    return int(connection.execute(statement).rowcount)


def _masked(text: str) -> str:
    return printable(mask_capitalised(mask_text(text)))[:SHOWN_TEXT]


def _turn(row: Any) -> Item:
    return Item(
        id=f"{TURN}-{row.id}",
        channel=row.channel,
        since=row.accepted_at,
        attempts=row.attempts,
        reason=row.reason or "",
        conversation=row.conversation_id,
        text=_masked((row.message or {}).get("text", "")),
    )


def _call(row: Any) -> Item:
    return Item(
        id=f"{CALL}-{row.id}",
        channel=row.channel,
        since=row.created_at,
        attempts=row.attempts,
        reason=row.reason or "",
        conversation=row.conversation_id,
        text=_masked(json.dumps(row.request, ensure_ascii=False)),
    )


def _account(hold: holds.Hold) -> Item:
    return Item(
        id=f"{ACCOUNT}-{hold.channel}/{hold.account}",
        channel=hold.channel,
        since=hold.since,
        attempts=hold.attempts,
        reason=hold.reason,
    )
