"""2ª via: the duplicate invoice as a PDF (level 2).

REN ANEEL 1.000/2021: free by self-service (art. 626), with all data of the first copy and the
words "segunda via" (art. 330).
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.payment import payment_choices
from actions.progress import finish, show_bill, waits_next
from actions.questions.bills import BillChoice, chosen_bills
from actions.questions.identity import HolderProof
from actions.service_form import ServiceDelivery, ServiceForm
from actions.services import BY_NAME
from actions.turn import Button, Turn
from billing.invoice_pdf import render_invoice
from billing.model import Bill
from billing.wording import day, money, month, month_slug

SERVICE = BY_NAME["duplicate_invoice"]


class ValidateDuplicateInvoiceForm(ServiceForm):
    """Who the holder is, and which bill."""

    service = SERVICE
    questions = (HolderProof(), BillChoice(offers_paid=True))


class ActionDuplicateInvoice(ServiceDelivery):
    """Sends the PDF of each chosen bill."""

    service = SERVICE

    def deliver(self, turn: Turn) -> None:
        """Send the documents, then offer line and Pix of what can still be paid."""
        bills = chosen_bills(turn)
        documents = [_document(turn, bill) for bill in bills]
        if any(bill.is_open for bill in bills) and not waits_next(turn, "barcode", "pix"):
            _announce(turn, bills)
            # Said last, documents and buttons stand under one text: one message.
            turn.say("say_offer_payment", attachments=documents, choices=_payments(turn, bills))
        else:
            _announce(turn, bills, documents)
        if len(bills) == 1:
            show_bill(turn, bills[0])
        finish(turn, "delivered")


def _announce(turn: Turn, bills: Sequence[Bill], documents: Sequence[dict[str, str]] = ()) -> None:
    if len(bills) > 1:
        turn.say("say_duplicate_invoices", count=len(bills), attachments=documents)
        return
    [bill] = bills
    # Whoever has a bill in hand that looks unpaid pays it: said in so many words.
    turn.say(
        "say_duplicate_invoice_paid" if bill.paid_on else "say_duplicate_invoice",
        month=month(bill.month),
        value=money(bill.amount_cents),
        due=day(bill.due_on),
        paid=day(bill.paid_on) if bill.paid_on else "",
        attachments=documents,
    )


def _payments(turn: Turn, bills: Sequence[Bill]) -> list[Button]:
    payable = [bill for bill in bills if bill.is_open]
    if len(payable) > 1:  # which of them is asked once the customer wants to pay
        return payment_choices(turn)
    return payment_choices(turn, bill=payable[0].id, unit=payable[0].unit_id)


def _document(turn: Turn, bill: Bill) -> dict[str, str]:
    pdf = render_invoice(
        turn.desk.billing.invoice(bill.id),
        protocol=turn.attendance.protocol,
        issued_at=turn.desk.clock(),
    )
    filename = f"2a-via-{month_slug(bill.month)}.pdf"
    description = turn.words("label_document", month=month(bill.month))
    kept = turn.desk.attachments.keep(
        turn.conversation_id, filename, "application/pdf", description, pdf
    )
    return {
        "id": kept,
        "filename": filename,
        "media_type": "application/pdf",
        "description": description,
    }
