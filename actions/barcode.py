"""Código de barras: the digitable line, as printed and bare, ready to copy (level 1)."""

from __future__ import annotations

from collections.abc import Sequence

from actions.payment import payment_details, tell_overdue
from actions.progress import finish, show_bill
from actions.questions.bills import BillChoice, chosen_bills
from actions.questions.identity import UnitProof
from actions.service_form import ServiceDelivery, ServiceForm
from actions.services import BY_NAME
from actions.turn import Turn
from billing.model import Bill
from billing.payment_code import PaymentKind
from billing.wording import month

SERVICE = BY_NAME["barcode"]


class ValidateBarcodeForm(ServiceForm):
    """A number of the unit, and which open bill."""

    service = SERVICE
    questions = (UnitProof(), BillChoice())


class ActionBarcode(ServiceDelivery):
    """Shows the payment line of each chosen bill."""

    service = SERVICE

    def deliver(self, turn: Turn) -> None:
        """Say what to choose in the bank's app, and give the digits alone to copy."""
        bills = chosen_bills(turn)
        if len(bills) == 1:
            [bill] = bills
            _say(turn, bill)
            tell_overdue(turn, bills)
            # Said last, the digits and the button stand under one text: one message.
            turn.say(
                "say_offer_pix",
                copyables=[_digits(turn, bill)],
                choices=[turn.choice("choice_pix", "request_pix", bill=bill.id, unit=bill.unit_id)],
            )
            show_bill(turn, bill)
        else:
            for bill in bills:
                _say(turn, bill, copyables=[_digits(turn, bill)])
            tell_overdue(turn, bills)
        finish(turn, "delivered")


def _say(turn: Turn, bill: Bill, copyables: Sequence[dict[str, str]] = ()) -> None:
    code = bill.payment_code
    is_boleto = code.kind is PaymentKind.BANK_BOLETO
    turn.say(
        "say_barcode",
        **payment_details(bill),
        line=code.formatted_line,
        where=turn.words("hint_bank_boleto" if is_boleto else "hint_collection"),
        copyables=copyables,
    )


def _digits(turn: Turn, bill: Bill) -> dict[str, str]:
    return {
        "label": turn.words("label_line", month=month(bill.month)),
        "text": bill.payment_code.line,
    }
