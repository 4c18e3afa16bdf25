"""Mail that waits to go out: put in with what caused it, taken out by a postman.

Delivery is at least once, see ``mail.deliveries``.
"""

from __future__ import annotations

import random
import threading
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from weakref import WeakSet

import structlog
from sqlalchemy import insert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from mail import deliveries
from mail.carrier import Carrier, TryLater, Undeliverable
from mail.clock import Clock, now
from mail.deliveries import DueMail
from records import unit_of_work
from records.tables import mail_outbox

MAX_ATTEMPTS = 14
"""With the delays below they cover a day: half the life of a confirmation link."""

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=4)
POLL_SECONDS = 5.0
"""How long a mail may wait that another process, or an open transaction, has queued."""

log = structlog.get_logger(__name__)
_running: WeakSet[Postman] = WeakSet()


def enqueue(
    records: Engine | Connection, message: EmailMessage, key: str, *, at: datetime | None = None
) -> None:
    """Queue a mail under ``key`` (at most 128 characters), unless that key exists already.

    With an engine it is queued, and the postmen of this process wake, before this returns; within
    a unit of work, when the turn is stored. With a connection it is queued when the caller
    commits, and found at the next poll.
    """
    queued_at = at or now()
    if isinstance(records, Connection):
        _insert(records, message, key, queued_at)
        return
    unit_of_work.change(
        records,
        lambda connection: _insert(connection, message, key, queued_at),
        afterwards=wake_postmen,
    )


def wake_postmen() -> None:
    """Have the postmen of this process look now: for callers who queued over a connection."""
    for postman in tuple(_running):
        postman.wake()


class Postman:
    """Takes due mail out of the outbox; several may work on one database."""

    def __init__(self, records: Engine, carrier: Carrier, clock: Clock = now) -> None:
        """Hand what is due in ``records`` to ``carrier``; works only once started."""
        self._records = records
        self._carrier = carrier
        self._clock = clock
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work in a thread of its own."""
        if self._thread:
            return
        self._stopping.clear()
        self._thread = threading.Thread(target=self._work, name="postman", daemon=True)
        self._thread.start()
        _running.add(self)

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the mail in hand and rest; after ``timeout`` seconds leave it unfinished."""
        _running.discard(self)
        self._stopping.set()
        self._bell.set()
        if self._thread:
            self._thread.join(timeout)
            self._thread = None

    def wake(self) -> None:
        """Look for mail now."""
        self._bell.set()

    def deliver_due(self) -> int:
        """Try all mail that is due; returns how many were tried."""
        tried = 0
        while not self._stopping.is_set():
            mail = deliveries.claim(self._records, self._clock())
            if mail is None:
                break
            self._deliver(mail)
            tried += 1
        return tried

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                self.deliver_due()
            except Exception as error:  # the database may be back at the next poll
                log.error("mail.outbox_failed", fault=type(error).__qualname__)
            self._bell.wait(POLL_SECONDS)

    def _deliver(self, mail: DueMail) -> None:
        if mail.attempt > MAX_ATTEMPTS:  # the last one never told how it ended
            self._give_up(mail, "Interrupted")
            return
        try:
            self._carrier.carry(mail.message)
        except Undeliverable as fault:
            self._give_up(mail, fault.reason)
        except TryLater as fault:
            self._postpone(mail, fault.reason)
        except Exception as error:  # one mail that breaks the carrier must not stop the others
            self._postpone(mail, type(error).__qualname__)
        else:
            deliveries.mark_sent(self._records, mail, self._clock())
            log.info("mail.sent", mail=mail.id, attempt=mail.attempt)

    def _postpone(self, mail: DueMail, reason: str) -> None:
        if mail.attempt >= MAX_ATTEMPTS:
            self._give_up(mail, reason)
            return
        until = self._clock() + delay_after(mail.attempt)
        deliveries.postpone(self._records, mail, until, reason)
        log.warning("mail.postponed", mail=mail.id, attempt=mail.attempt, reason=reason)

    def _give_up(self, mail: DueMail, reason: str) -> None:
        deliveries.give_up(self._records, mail, self._clock(), reason)
        log.error("mail.given_up", mail=mail.id, attempt=mail.attempt, reason=reason)


def delay_after(attempt: int) -> timedelta:
    """How long to wait after a failed attempt: doubling, give or take a quarter."""
    delay = min(FIRST_DELAY * 2.0 ** (attempt - 1), LONGEST_DELAY)
    return delay * random.uniform(0.75, 1.25)  # noqa: S311  # spreads load, guards no secret


def _insert(connection: Connection, message: EmailMessage, key: str, at: datetime) -> None:
    try:
        with connection.begin_nested():
            connection.execute(
                insert(mail_outbox).values(
                    key=key,
                    message=_to_bytes(message),
                    created_at=at,
                    attempts=0,
                    next_attempt_at=at,
                )
            )
    except IntegrityError:  # the only constraint that can break is the key's
        pass


def _to_bytes(message: EmailMessage) -> bytes:
    # A mailbox name outside ASCII can only be written in UTF-8 (RFC 6532), never encoded.
    return message.as_bytes(policy=SMTP if str(message["To"]).isascii() else SMTPUTF8)
