"""Which unit and which of its bills: chosen by number, month, value, "a última", "todas"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from actions.progress import stop
from actions.questions.question import Answer
from actions.turn import REQUESTED_SLOT, Button, Turn, button
from billing.model import Bill, Unit
from billing.wording import day, money, month

UNIT, BILLS = "unit", "bills"

OLDEST_BILL = 10
"""Years: so long are records kept (REN ANEEL 1.000/2021 art. 659)."""

_STREETS = frozenset({"rua", "avenida", "av", "travessa", "tv", "passagem", "rodovia", "alameda"})
_STREET_WORDS = _STREETS | {"de", "da", "do", "das", "dos"}
"""What people leave out, or say otherwise, when they name a street."""


@dataclass(frozen=True)
class BillChoice:
    """The bills that a service is about, as ids in the slot ``bills``.

    Open bills are offered; where there are none, a service that also serves paid ones offers
    those of the last 13 months. A single candidate needs no question.
    """

    offers_paid: bool = False
    slots = frozenset({UNIT, BILLS})

    def is_answered_by(self, turn: Turn) -> bool:
        """Whether the message names a bill or a unit by anything it can be told by."""
        kinds = ("bill", "unit", "ordinal", "month", "amount")
        if turn.entity(*kinds) is not None:
            return True
        return turn.slot(REQUESTED_SLOT) == UNIT and bool(_named_units(turn))

    def take(self, turn: Turn) -> Answer:
        """Remember which unit and bill are wished; choose among those that were offered."""
        if self.offers_paid and turn.attendance.level == 2:
            _note_unit(turn)
        if bill_id := turn.entity("bill"):
            turn.set(bill_wish={"bill": [bill_id]}, unit=turn.entity("unit") or turn.slot(UNIT))
            return Answer.TAKEN
        asked = turn.slot(REQUESTED_SLOT)
        if asked == UNIT and turn.attendance.level > 0:
            return self._take_unit(turn)
        # "Treze de outubro" is no wish for October where a birth date was asked for.
        wish = None if asked == "birth_date" else _wish(turn, asked == BILLS)
        if asked == BILLS and turn.intent == "affirm" and len(self._candidates(turn)) == 1:
            wish = {"ordinal": ["all"]}
        if wish is None:
            return Answer.NOTHING
        turn.set(bill_wish=wish)
        candidates = self._candidates(turn) if asked == BILLS else []
        if candidates and not _pick(wish, self._wished_among(turn, candidates), turn):
            turn.set(bill_wish=None)
            turn.say("say_bill_not_in_list")
            return Answer.FAULTY
        return Answer.TAKEN

    def pending(self, turn: Turn) -> str | None:
        """Settle the bills, or request what is needed to; stops if there is none."""
        if turn.slot(BILLS):
            return None
        _use_unit_of_request(turn)
        candidates = self._candidates(turn)
        if not candidates:
            turn.say("say_no_bills_at_all" if self.offers_paid else "say_no_open_bills")
            stop(turn, "nothing_open")
            return None
        wish, asked = turn.slot("bill_wish"), turn.slot(REQUESTED_SLOT) == BILLS
        has_several_units = len({bill.unit_id for bill in candidates}) > 1
        if has_several_units and _is_within_a_unit(wish):
            return UNIT
        if picked := _pick(wish, self._wished_among(turn, candidates), turn):
            turn.set(bills=[bill.id for bill in picked])
            return None
        if has_several_units:
            return UNIT
        if len(candidates) == 1 and candidates[0].is_open and not (wish or asked):
            turn.set(bills=[candidates[0].id])
            return None
        if turn.slot("bill_wish"):
            turn.set(bill_wish=None)
            turn.say("say_bill_not_in_list")
        return BILLS

    def ask(self, turn: Turn, slot: str) -> None:
        """Show the units or the bills to choose from."""
        candidates = self._candidates(turn)
        if slot == UNIT:
            units = _units_of(turn, candidates)
            turn.say("ask_unit", choices=[_unit_button(turn, unit) for unit in units])
            return
        buttons = [_bill_button(turn, bill) for bill in candidates]
        if not candidates[0].is_open:
            turn.say("ask_paid_bill", choices=buttons)
        elif len(candidates) == 1:
            turn.say("ask_only_open_bill", choices=buttons)
        else:
            buttons.append(turn.choice("choice_all", "choose_option", ordinal="all"))
            turn.say("ask_open_bill", choices=buttons)

    def _take_unit(self, turn: Turn) -> Answer:
        units = _units_of(turn, self._candidates(turn))
        named = _named_units(turn)
        position = turn.entity("ordinal") or ""
        if position == "all":
            turn.set(bill_wish={"ordinal": ["all"]})
            return Answer.TAKEN
        if not named and position.isdigit():
            named = units[int(position) - 1 : int(position)]
        elif not named and position == "newest":  # "a última", of a list
            named = units[-1:]
        if not named:
            return Answer.NOTHING
        turn.set(unit=named[0].id)
        return Answer.TAKEN

    def _allowed_units(self, turn: Turn) -> list[str]:
        """The unit that was named, else all of the holder's, else the one proved last.

        Level 1 opens what is needed to pay a unit's bills, whoever holds it; their documents
        are the holder's own.
        """
        attendance = turn.attendance
        holder_id = attendance.holder_id
        own = [unit.id for unit in turn.desk.billing.units(holder_id)] if holder_id else []
        proved = [] if self.offers_paid else list(attendance.unit_ids)
        named = turn.slot(UNIT)
        if named in own or named in proved:
            return [named]
        return own or proved[-1:]

    def _candidates(self, turn: Turn) -> list[Bill]:
        units = self._allowed_units(turn)
        billing = turn.desk.billing
        found = [bill for unit_id in units for bill in billing.open_bills(unit_id)]
        others = [bill for bill in found if bill.id != turn.slot("not_bill")]
        if not others and self.offers_paid:
            found = [bill for unit_id in units for bill in billing.bills(unit_id)]
            others = [bill for bill in found if bill.id != turn.slot("not_bill")]
        return others or found

    def _wished_among(self, turn: Turn, candidates: list[Bill]) -> list[Bill]:
        """A month or a bill named outright may be a paid one where those are served."""
        wish = turn.slot("bill_wish") or {}
        if not self.offers_paid or not wish.keys() & {"month", "bill"}:
            return candidates
        billing = turn.desk.billing
        return [bill for unit_id in self._allowed_units(turn) for bill in billing.bills(unit_id)]


def chosen_bills(turn: Turn) -> list[Bill]:
    """The bills in the slot ``bills``."""
    return [turn.desk.billing.bill(bill_id) for bill_id in turn.slot(BILLS) or []]


def _note_unit(turn: Turn) -> None:
    """A number beside the request says which of the holder's units is meant."""
    number = turn.entity("uc", "customer_code")
    if number and turn.slot(REQUESTED_SLOT) not in ("document", "birth_date", "company_number"):
        own = turn.desk.billing.units(str(turn.attendance.holder_id))
        named = [unit.id for unit in own if number in (unit.uc, unit.customer_code)]
        if named:
            turn.set(unit=named[0])
        else:
            turn.say("say_unit_not_of_holder")


def _use_unit_of_request(turn: Turn) -> None:
    """A street in the request itself, before anybody was identified, says which unit is meant."""
    words = _words(turn.slot("request") or "")
    holder_id = turn.attendance.holder_id
    if not holder_id or turn.slot(UNIT) or not words & _STREETS:
        return
    named = [unit for unit in turn.desk.billing.units(holder_id) if _street(unit) <= words]
    turn.set(request=None, unit=named[0].id if len(named) == 1 else None)


def _units_of(turn: Turn, bills: Sequence[Bill]) -> list[Unit]:
    with_bills = {bill.unit_id for bill in bills}
    holder_id = turn.attendance.holder_id
    if not holder_id:
        return []
    return [unit for unit in turn.desk.billing.units(holder_id) if unit.id in with_bills]


def _named_units(turn: Turn) -> list[Unit]:
    own = turn.desk.billing.units(str(turn.attendance.holder_id))
    return [unit for unit in own if _is_named(unit, turn)]


def _is_named(unit: Unit, turn: Turn) -> bool:
    number = turn.entity("uc", "customer_code")
    return (
        turn.entity("unit") == unit.id
        or (number is not None and number in (unit.uc, unit.customer_code))
        or _street(unit) <= _words(turn.text)
    )


def _street(unit: Unit) -> set[str]:
    """The words that a street is known by."""
    return _words(unit.address.street.split(",")[0]) - _STREET_WORDS


def _words(text: str) -> set[str]:
    """Words without case and accents: nobody types "Eutíquio" as it is on the sign."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return set(re.findall(r"\w+", "".join(c for c in decomposed if not unicodedata.combining(c))))


def _wish(turn: Turn, asked: bool) -> dict[str, list[str]] | None:
    for kind in ("amount", "month"):
        if values := turn.entities(kind):
            return {kind: values}
    # Outside a list "a primeira" means nothing, but "a última" and "todas" do.
    positions = [one for one in turn.entities("ordinal") if asked or not one.isdigit()]
    if positions:
        return {"ordinal": positions}
    if asked and (due := [*_due_dates(turn), *turn.entities("day")]):
        return {"due": due}
    return None


def _due_dates(turn: Turn) -> list[str]:
    """The dates that a bill can be due on; one of long ago is somebody's birth date."""
    oldest = f"{turn.desk.today.year - OLDEST_BILL:04}"
    return [day for day in turn.entities("date") if day >= oldest]


def _is_within_a_unit(wish: dict[str, list[str]] | None) -> bool:
    """Whether the wish is for the last or the first bill, which every unit has."""
    positions = (wish or {}).get("ordinal", [])
    return any(position.partition(" ")[0] in ("newest", "first") for position in positions)


def _pick(wish: dict[str, list[str]] | None, bills: Sequence[Bill], turn: Turn) -> list[Bill]:
    """The bills that a wish means; none where it does not say, or names none of these."""
    if not wish:
        return []
    [(kind, values)] = wish.items()
    if kind == "ordinal":
        meant = [bill for value in values for bill in _pick_by_position(value, bills, turn)]
        return [bill for bill in bills if bill in meant]
    return [bill for bill in bills if any(_matches(bill, kind, value) for value in values)]


def _matches(bill: Bill, kind: str, value: str) -> bool:
    if kind == "amount":
        whole_reais = value.endswith("00") and int(value) // 100 == bill.amount_cents // 100
        return whole_reais or value == str(bill.amount_cents)
    told_by = {
        "bill": bill.id,
        "month": bill.month.strftime("%Y-%m"),
        "due": bill.due_on.isoformat(),
    }
    # A due date may be said without its year.
    return told_by[kind] == value or (kind == "due" and told_by[kind][5:] == value)


def _pick_by_position(value: str, bills: Sequence[Bill], turn: Turn) -> list[Bill]:
    by_month = sorted(bills, key=lambda bill: bill.month)
    by_amount = sorted(bills, key=lambda bill: bill.amount_cents)
    ranked = {
        "first": bills,
        "newest": by_month[::-1],
        "oldest": by_month,
        "cheapest": by_amount,
        "dearest": by_amount[::-1],
    }
    name, _, count = value.partition(" ")
    if name in ranked:
        return list(ranked[name][: int(count or 1)])
    if value == "all":
        return list(bills)
    if value == "middle":
        return [bills[len(bills) // 2]] if len(bills) % 2 else []
    if value == "overdue":
        return [bill for bill in bills if bill.days_overdue(turn.desk.today)]
    place = int(value)
    return [bills[place - 1]] if 0 < place <= len(bills) else []


def _bill_button(turn: Turn, bill: Bill) -> Button:
    line = "line_bill_overdue" if bill.days_overdue(turn.desk.today) else "line_bill_open"
    description = turn.words(
        line if bill.is_open else "line_bill_paid",
        value=money(bill.amount_cents),
        due=day(bill.due_on),
        paid=day(bill.paid_on) if bill.paid_on else "",
    )
    return button(month(bill.month), "choose_option", description, bill=bill.id)


def _unit_button(turn: Turn, unit: Unit) -> Button:
    title = unit.address.street
    short = title if len(title) <= 24 else f"{title[:23]}…"
    description = turn.words("line_unit", city=unit.address.city, code_end=unit.customer_code[-3:])
    return button(short, "choose_option", description, unit=unit.id)
