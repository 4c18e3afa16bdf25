"""How a bill to be paid is told: what stands beside its code, when it was due, how to pay it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.turn import Button, Turn
from billing.identifiers import Cnpj
from billing.model import Bill
from billing.wording import day, money, month


def payment_details(bill: Bill) -> dict[str, Any]:
    """Month, value, due date and beneficiary: variables of ``say_barcode`` and ``say_pix``."""
    return {
        "month": month(bill.month),
        "value": money(bill.amount_cents),
        "due": day(bill.due_on),
        "beneficiary": bill.beneficiary.name,
        "cnpj": Cnpj(bill.beneficiary.cnpj).formatted,
    }


def debt_line(turn: Turn, bill: Bill) -> str:
    """An open bill as one line of a list, with how late it is."""
    late = bill.days_overdue(turn.desk.today)
    words = "line_debt_open" if not late else "line_debt_overdue"
    if late == 1:
        words = "line_debt_overdue_one_day"
    return turn.words(
        words,
        month=month(bill.month),
        value=money(bill.amount_cents),
        due=day(bill.due_on),
        days=late,
    )


def payment_choices(turn: Turn, **bill: str) -> list[Button]:
    """The two ways to pay: the bill with the ids ``bill`` and ``unit``, or one to be chosen."""
    return [
        turn.choice("choice_barcode", "request_barcode", **bill),
        turn.choice("choice_pix", "request_pix", **bill),
    ]


def tell_overdue(turn: Turn, bills: Sequence[Bill]) -> None:
    """Say that lateness is charged on the next bill (REN ANEEL 1.000/2021 art. 343)."""
    if any(bill.days_overdue(turn.desk.today) for bill in bills):
        turn.say("say_overdue_charges")
