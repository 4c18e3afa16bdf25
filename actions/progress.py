"""How a service begins, ends, is interrupted, and is offered again."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.events import FollowupAction

from actions.services import BY_INTENT, BY_NAME, Service
from actions.turn import Turn
from billing.model import Bill

_ANOTHER = re.compile(r"\boutr[ao]s?\b|\bpr[óo]xim[ao]\b")

ANSWER_SLOTS = (
    "request",
    "unit",
    "bills",
    "bill_wish",
    "not_bill",
    "email_address",
    "other_email",
    "email_consent",
    "by_document",
)


def begin(turn: Turn, service: Service) -> bool:
    """Start a service; one that was going on waits, and so does a second one asked for.

    Tells whether one was going on.
    """
    waiting = [name for name in turn.slot("waiting_services") or [] if name != service.name]
    interrupted = turn.slot("service")
    takes_over = interrupted is not None and interrupted != service.name
    if takes_over:
        waiting.insert(0, interrupted)
    second = BY_INTENT.get(turn.entity("also_requested") or "")
    if second and second.name not in (service.name, *waiting):
        waiting.append(second.name)
    meant, shown = _meant_bill(turn, service), turn.slot("shown_bill")
    turn.set(**dict.fromkeys(ANSWER_SLOTS), shown_bill=None)
    turn.set(request=turn.text)
    if meant:
        turn.set(bill_wish={"bill": [meant["bill"]]}, unit=meant["unit"])
    elif shown and names_another(turn):
        turn.set(not_bill=shown["bill"])
    turn.set(service=service.name, waiting_services=waiting, offer=None, unusable_answers=0)
    return takes_over


def finish(turn: Turn, outcome: str, *, offer: bool = True) -> None:
    """End the service in course, record how, and offer what waits."""
    service = turn.slot("service")
    if service:
        turn.desk.attendances.note_demand(turn.attendance.protocol, service, outcome)
    turn.set(**dict.fromkeys(ANSWER_SLOTS))
    turn.set(service=None, document=None, birth_date=None, tried_document=None, unusable_answers=0)
    if offer:
        offer_waiting(turn)


def stop(turn: Turn, outcome: str, *, offer: bool = True) -> None:
    """End the service in course before its form is complete."""
    finish(turn, outcome, offer=offer)
    turn.leave_form()


def is_stopped(turn: Turn, service: Service) -> bool:
    """Whether the service has ended already."""
    return bool(turn.slot("service") != service.name)


def waits_next(turn: Turn, *names: str) -> bool:
    """Whether one of these services is offered once the one in course ends."""
    return any(name in names for name in (turn.slot("waiting_services") or [])[:1])


def offer_waiting(turn: Turn) -> None:
    """Offer the service that was interrupted, or the second one asked for."""
    waiting = list(turn.slot("waiting_services") or [])
    if not waiting:
        return
    name = waiting.pop(0)
    turn.set(waiting_services=waiting, offer=name)
    turn.say(
        "say_offer_waiting",
        service=turn.words(BY_NAME[name].label),
        choices=turn.yes_or_no(),
    )


def show_bill(turn: Turn, bill: Bill) -> None:
    """Remember which bill the service in course has shown."""
    turn.set(
        shown_bill={
            "bill": bill.id,
            "unit": bill.unit_id,
            "is_open": bill.is_open,
            "service": turn.slot("service"),
        }
    )


def names_another(turn: Turn) -> bool:
    """Whether the message is about another bill or unit than the one before, as in "a outra"."""
    return _ANOTHER.search(turn.text.lower()) is not None


def _meant_bill(turn: Turn, service: Service) -> dict[str, Any] | None:
    """A request to pay that names no bill is about the one that was shown just now.

    Whoever asks anew once identified means a bill of their own; a yes means the one shown.
    """
    shown: dict[str, Any] | None = turn.slot("shown_bill")
    kinds = ["bill", "unit", "month", "amount", "uc", "customer_code"]
    if turn.intent != "choose_option":  # there the number was that of a button
        kinds.append("ordinal")
    means_another = turn.entity(*kinds) is not None or names_another(turn)
    if not shown or means_another or service.name not in ("barcode", "pix"):
        return None
    holder_id = turn.attendance.holder_id
    is_anew = turn.intent == service.intent and holder_id is not None
    own = [unit.id for unit in turn.desk.billing.units(str(holder_id))] if is_anew else []
    return shown if shown["is_open"] and (not is_anew or shown["unit"] in own) else None


def accept_offer(turn: Turn) -> bool:
    """Start the service that was offered; False if none was."""
    name = turn.slot("offer")
    if not name:
        return False
    turn.set(offer=None)
    turn.events.append(FollowupAction(BY_NAME[name].form))
    return True
