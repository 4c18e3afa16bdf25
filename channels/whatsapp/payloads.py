"""What WhatsApp sends, made sense of: lenient about what comes in, strict about what goes on.

One POST may hold up to 1,000 updates: every entry, change, message and status of it is looked at,
and none of them, whatever is in it, keeps the others from being taken. Nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from channels.assistant import IncomingMessage
from channels.outcomes import Ignored, Rejected
from channels.sending import Receipt, ReceiptStatus
from channels.whatsapp.contents import said_in
from channels.whatsapp.failures import failure_in, failure_of_error
from channels.whatsapp.fields import identifier, instant, items, key, mapping
from channels.whatsapp.notices import renames_in_message, renames_in_update
from channels.whatsapp.outcomes import Accepted, Outcome, Reported, Troubled
from channels.whatsapp.people import NAME, identify, ids_in

OBJECT = "whatsapp_business_account"

STATUSES = {
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    "played": ReceiptStatus.READ,
    "failed": ReceiptStatus.FAILED,
}


def parse(payload: Any, account: str, now: datetime) -> Iterator[Outcome]:
    """What everything in a payload is, in order; ``account`` is our phone number id."""
    if not isinstance(payload, dict) or payload.get("object") != OBJECT:
        yield Rejected("not a WhatsApp payload")
        return
    for entry in items(payload.get("entry")):
        for change in items(mapping(entry).get("changes")):
            yield from _change(mapping(change), account, now)


def _change(change: Mapping[str, Any], account: str, now: datetime) -> Iterator[Outcome]:
    field, value = change.get("field"), mapping(change.get("value"))
    if field == "user_id_update":
        yield from _told(renames_in_update(value, account), "a change of id without ids")
        return
    if field != "messages":
        yield Ignored("another field")
        return
    if mapping(value.get("metadata")).get("phone_number_id") != account:
        yield Ignored("another number")
        return
    contacts = [mapping(one) for one in items(value.get("contacts"))]
    for message in items(value.get("messages")):
        yield from _message(mapping(message), contacts, account, now)
    for status in items(value.get("statuses")):
        yield _status(mapping(status), account, now)
    if not value.get("messages") and not value.get("statuses"):
        errors = items(value.get("errors"))
        yield from _told(
            [Troubled(failure_of_error(one).reason) for one in errors], "nothing in it"
        )


def _told(outcomes: Sequence[Outcome], otherwise: str) -> Sequence[Outcome]:
    return outcomes or [Ignored(otherwise)]


def _message(
    message: Mapping[str, Any], contacts: list[Mapping[str, Any]], account: str, now: datetime
) -> Iterator[Outcome]:
    id_ = identifier(message.get("id"))
    if id_ is None:
        yield Rejected("no message id")
        return
    if message.get("type") == "system":
        yield from _told(renames_in_message(message, account), "a notice")
        return
    person = identify(account, *ids_in(message, _author(message, contacts)))
    if person is None:
        yield Rejected("nobody wrote it")
        return
    said = "said in a group" if message.get("group_id") else said_in(message)
    if isinstance(said, str):
        yield Ignored(said)
        return
    yield Accepted(
        IncomingMessage(
            sender=person.sender,
            message_id=id_,
            sent_at=instant(message.get("timestamp"), now),
            text=said.text,
            choice=said.choice,
            medium=said.medium,
            caption=said.caption,
            also=person.also,
        )
    )


def _author(message: Mapping[str, Any], contacts: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The contact that belongs to a message; of one contact alone there is no doubt."""
    for contact in contacts:
        if message.get("from") and contact.get("wa_id") == message.get("from"):
            return contact
        if message.get("from_user_id") and contact.get("user_id") == message["from_user_id"]:
            return contact
    return contacts[0] if len(contacts) == 1 and not message.get("from") else {}


def _status(status: Mapping[str, Any], account: str, now: datetime) -> Outcome:
    id_, name = identifier(status.get("id")), status.get("status")
    if id_ is None:
        return Rejected("no message id")
    known = STATUSES.get(name) if isinstance(name, str) else None
    if known is None:
        return Ignored("another status")
    failure = failure_in(status) if known is ReceiptStatus.FAILED else None
    return Reported(
        Receipt(
            channel=NAME,
            account=account,
            provider_id=id_,
            status=known,
            at=instant(status.get("timestamp"), now),
            key=key(status.get("biz_opaque_callback_data")),
            reason=failure.reason if failure else "",
            remedy=failure.remedy if failure else None,
        )
    )
