"""Pix: the "copia e cola" and the QR code of open bills (level 1)."""

from __future__ import annotations

from actions.payment import payment_details, tell_overdue
from actions.progress import finish, show_bill
from actions.questions.bills import BillChoice, chosen_bills
from actions.questions.identity import UnitProof
from actions.service_form import ServiceDelivery, ServiceForm
from actions.services import BY_NAME
from actions.turn import Turn
from billing.model import Bill
from billing.qr import pix_qr_png
from billing.wording import month, month_slug

SERVICE = BY_NAME["pix"]


class ValidatePixForm(ServiceForm):
    """A number of the unit, and which open bill."""

    service = SERVICE
    questions = (UnitProof(), BillChoice())


class ActionPix(ServiceDelivery):
    """Shows the Pix of each chosen bill."""

    service = SERVICE

    def deliver(self, turn: Turn) -> None:
        """Give the string alone to copy, and the same as a QR code."""
        bills = chosen_bills(turn)
        # Said first, the note stands above the text of the code: one message.
        tell_overdue(turn, bills)
        for bill in bills:
            turn.say(
                "say_pix",
                **payment_details(bill),
                copyables=[
                    {
                        "label": turn.words("label_pix_code", month=month(bill.month)),
                        "text": bill.pix,
                    }
                ],
                attachments=[_qr_code(turn, bill)],
            )
        if len(bills) == 1:
            show_bill(turn, bills[0])
        finish(turn, "delivered")


def _qr_code(turn: Turn, bill: Bill) -> dict[str, str]:
    filename = f"pix-{month_slug(bill.month)}.png"
    description = turn.words("label_qr_code", month=month(bill.month))
    kept = turn.desk.attachments.keep(
        turn.conversation_id, filename, "image/png", description, pix_qr_png(bill.pix)
    )
    return {
        "id": kept,
        "filename": filename,
        "media_type": "image/png",
        "description": description,
    }
