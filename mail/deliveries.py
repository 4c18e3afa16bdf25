"""The outbox as a postman sees it: claim a mail that is due, then say what became of it.

A claim moves ``next_attempt_at`` ahead, so that no other postman takes the mail meanwhile; if this
one dies, the mail is due again when the claim is over. A mail may therefore go out twice (a crash
between sending and marking), but never be lost; both copies bear the same Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.engine import Engine

from records.tables import mail_outbox

CLAIM = timedelta(minutes=15)
"""How long a postman has for one mail; longer than any carrier takes."""


@dataclass(frozen=True)
class DueMail:
    """A mail that is ours to send now."""

    id: int
    message: bytes
    attempt: int  # 1 for the first


def claim(records: Engine, at: datetime) -> DueMail | None:
    """The mail that has been due longest, or ``None``."""
    due = and_(
        mail_outbox.c.next_attempt_at <= at,
        mail_outbox.c.sent_at.is_(None),
        mail_outbox.c.given_up_at.is_(None),
    )
    longest_due = select(mail_outbox).where(due).order_by(mail_outbox.c.next_attempt_at).limit(1)
    with records.begin() as connection:
        while row := connection.execute(longest_due).one_or_none():
            claimed = connection.execute(
                update(mail_outbox)
                .where(mail_outbox.c.id == row.id, due)
                .values(next_attempt_at=at + CLAIM, attempts=mail_outbox.c.attempts + 1)
            )
            if claimed.rowcount:
                return DueMail(row.id, bytes(row.message), row.attempts + 1)
    return None


def mark_sent(records: Engine, mail: DueMail, at: datetime) -> None:
    """It is out. The text goes: a link in it is a secret, its recipient personal data."""
    _note(records, mail, sent_at=at, message=b"", last_error=None)


def postpone(records: Engine, mail: DueMail, until: datetime, reason: str) -> None:
    """Try again at ``until``."""
    _note(records, mail, next_attempt_at=until, last_error=reason[:200])


def give_up(records: Engine, mail: DueMail, at: datetime, reason: str) -> None:
    """Never try again by ourselves. The text stays, so that an operator can queue it anew."""
    _note(records, mail, given_up_at=at, last_error=reason[:200])


def _note(records: Engine, mail: DueMail, **values: object) -> None:
    # A postman slower than its claim must not undo what another has noted since.
    undecided = mail_outbox.c.sent_at.is_(None) & mail_outbox.c.given_up_at.is_(None)
    with records.begin() as connection:
        connection.execute(
            update(mail_outbox).where(mail_outbox.c.id == mail.id, undecided).values(**values)
        )
