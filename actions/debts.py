"""Débitos: open and overdue bills over all units of the holder (level 2)."""

from __future__ import annotations

from actions.payment import debt_line
from actions.progress import finish
from actions.questions.identity import HolderProof
from actions.service_form import ServiceDelivery, ServiceForm
from actions.services import BY_NAME
from actions.turn import Turn
from billing.model import Bill, Unit
from billing.wording import money

SERVICE = BY_NAME["debts"]


class ValidateDebtsForm(ServiceForm):
    """Who the holder is."""

    service = SERVICE
    questions = (HolderProof(),)


class ActionDebts(ServiceDelivery):
    """Tells what is owed, unit by unit."""

    service = SERVICE

    def deliver(self, turn: Turn) -> None:
        """List the open bills with days late and total, and offer to pay."""
        billing = turn.desk.billing
        units = billing.units(str(turn.attendance.holder_id))
        by_unit = {unit.id: list(billing.open_bills(unit.id)) for unit in units}
        owed = [bill for bills in by_unit.values() for bill in bills]
        if not owed:
            turn.say("say_no_debts")
            finish(turn, "nothing_open")
            return
        blocks = [_block(turn, unit, by_unit[unit.id]) for unit in units if by_unit[unit.id]]
        turn.say(
            "say_debts",
            debts="\n\n".join(blocks),
            total=money(sum(bill.amount_cents for bill in owed)),
            choices=[
                turn.choice("choice_pix", "request_pix"),
                turn.choice("choice_barcode", "request_barcode"),
                turn.choice("choice_duplicate", "request_duplicate_invoice"),
            ],
        )
        finish(turn, "delivered")


def _block(turn: Turn, unit: Unit, bills: list[Bill]) -> str:
    heading = turn.words("line_debts_unit", street=unit.address.street, city=unit.address.city)
    return "\n".join([heading, *(debt_line(turn, bill) for bill in bills)])
