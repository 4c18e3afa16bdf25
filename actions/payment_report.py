"""Já paguei: what the record says, how long clearing takes, what to do with the receipt."""

from __future__ import annotations

from actions.payment import debt_line
from actions.progress import finish
from actions.questions.identity import UnitProof
from actions.service_form import ServiceDelivery, ServiceForm
from actions.services import BY_NAME
from actions.turn import Turn
from billing.wording import day, money, month

SERVICE = BY_NAME["payment_report"]


class ValidatePaymentReportForm(ServiceForm):
    """A number of the unit, or who the holder is."""

    service = SERVICE
    questions = (UnitProof(),)


class ActionPaymentReport(ServiceDelivery):
    """Compares what the customer says with what the billing system has recorded."""

    service = SERVICE

    def deliver(self, turn: Turn) -> None:
        """Tell which bills are still open; to a holder also the last payment on record."""
        billing, attendance = turn.desk.billing, turn.attendance
        own = [u.id for u in billing.units(attendance.holder_id)] if attendance.holder_id else []
        named = turn.slot("unit")
        unit_ids = [named] if named else own or list(attendance.unit_ids[-1:])
        still_open = [bill for unit_id in unit_ids for bill in billing.open_bills(unit_id)]
        # What was paid, and when, is the holder's own affair.
        self._tell_last_payment(turn, [unit_id for unit_id in unit_ids if unit_id in own])
        if still_open:
            lines = [debt_line(turn, bill) for bill in still_open]
            turn.say("say_payment_not_recorded", bills="\n".join(lines))
        else:
            turn.say("say_payment_recorded")
        finish(turn, "delivered")

    def _tell_last_payment(self, turn: Turn, unit_ids: list[str]) -> None:
        bills = [bill for unit_id in unit_ids for bill in turn.desk.billing.bills(unit_id)]
        paid = [(bill.paid_on, bill) for bill in bills if bill.paid_on]
        if paid:
            paid_on, bill = max(paid, key=lambda item: (item[0], item[1].month))
            turn.say(
                "say_last_payment",
                month=month(bill.month),
                value=money(bill.amount_cents),
                paid=day(paid_on),
            )
