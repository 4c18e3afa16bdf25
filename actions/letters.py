"""The letters of the e-mail invoice, queued in the records together with what they carry."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from actions.turn import Turn
from billing.model import PendingConsent
from mail import confirmation, messages
from mail.outbox import enqueue, wake_postmen
from records import unit_of_work


def send_confirmation(turn: Turn, pending: PendingConsent) -> None:
    """The one-time link to a new address."""
    desk, protocol, at = turn.desk, turn.attendance.protocol, turn.desk.clock()
    letterhead, key = _letterhead(turn), f"confirmation:{pending.id}"

    def issue_and_queue(connection: Connection) -> None:
        token = confirmation.issue(connection, pending.id, protocol, at)
        link = f"{desk.public_url}/confirmar-email/{token}"
        letter = messages.confirmation(letterhead, pending.email, link, protocol=protocol, at=at)
        enqueue(connection, letter, key)

    unit_of_work.change(desk.records, issue_and_queue, afterwards=wake_postmen)


def send_activated(turn: Turn, email: str) -> None:
    """To the registered address: bills come there from now on."""
    letter = messages.activation(
        _letterhead(turn), email, protocol=turn.attendance.protocol, at=turn.desk.clock()
    )
    enqueue(turn.desk.records, letter, _key(turn, "activation"))


def send_address_change(turn: Turn, former: str) -> None:
    """To the former address: bills are to go elsewhere."""
    letter = messages.address_change(
        _letterhead(turn), former, protocol=turn.attendance.protocol, at=turn.desk.clock()
    )
    enqueue(turn.desk.records, letter, _key(turn, "change"))


def send_ended(turn: Turn, former: str) -> None:
    """To the address that bills went to: they do not any more."""
    letter = messages.opt_out(
        _letterhead(turn), former, protocol=turn.attendance.protocol, at=turn.desk.clock()
    )
    enqueue(turn.desk.records, letter, _key(turn, "opt-out"))


def _letterhead(turn: Turn) -> messages.Letterhead:
    distributor = turn.desk.distributor
    return messages.Letterhead(turn.desk.mail_sender, distributor.name, distributor.phone)


def _key(turn: Turn, what: str) -> str:
    return f"{what}:{turn.message_key}"
