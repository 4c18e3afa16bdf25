"""Proving who the customer is: a number of the unit (level 1), or who the holder is (level 2).

A proof that fails never says which datum was wrong, and a number that does not exist is answered
like one with a wrong proof.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from actions.progress import stop
from actions.questions.question import Answer
from actions.turn import REQUESTED_SLOT, Turn
from attendance.proofs import Kind, Proof, Refusal
from billing.identifiers import Cnpj, Cpf, CustomerNumber, parse_customer_number
from billing.model import Holder, Unit

DOCUMENT, BIRTH_DATE = "document", "birth_date"
CUSTOMER_NUMBER, COMPANY_NUMBER = "customer_number", "company_number"

YOUNGEST_HOLDER = 16
"""Years: from this age on a person may contract (Código Civil, art. 4)."""


class HolderProof:
    """Level 2: CPF and date of birth; for a company, CNPJ and a number of one of its units."""

    slots = frozenset({DOCUMENT, BIRTH_DATE, COMPANY_NUMBER})

    def is_answered_by(self, turn: Turn) -> bool:
        """Whether a document, a date or a number is in the message."""
        return _has_identity_data(turn)

    def pending(self, turn: Turn) -> str | None:
        """Ask the document first, then what only its holder knows."""
        document = turn.slot(DOCUMENT)
        if turn.attendance.level == 2 and not _is_another(turn, document):
            return None
        if not document:
            return DOCUMENT
        return BIRTH_DATE if len(document) == 11 else COMPANY_NUMBER

    def take(self, turn: Turn) -> Answer:
        """Collect what is given, and check it as soon as it is complete."""
        proved = turn.attendance.level == 2
        if proved and not _is_another(turn, turn.entity("cpf", "cnpj") or turn.slot(DOCUMENT)):
            return Answer.NOTHING
        answer = collect(turn)
        if turn.slot(REQUESTED_SLOT) == DOCUMENT and not turn.slot(DOCUMENT) and _birth_date(turn):
            # "era 13/10" after a proof that failed: of the same person.
            turn.set(document=turn.slot("tried_document"))
        billing, document = turn.desk.billing, turn.slot(DOCUMENT) or ""
        born, number = turn.slot(BIRTH_DATE), turn.slot(CUSTOMER_NUMBER)
        if len(document) == 11 and born:
            cpf, birth_date = Cpf(document), date.fromisoformat(born)
            return _prove_holder(turn, cpf, lambda: billing.holder_by_person(cpf, birth_date))
        if len(document) == 14 and number:
            cnpj, code = Cnpj(document), parse_customer_number(number)
            return _prove_holder(turn, cnpj, lambda: billing.holder_by_company(cnpj, code))
        return answer

    def ask(self, turn: Turn, slot: str) -> None:
        """Ask for the slot."""
        turn.say(f"ask_{slot}")


class UnitProof:
    """Level 1: a number of the unit. Whoever does not know it may prove level 2 instead.

    REN ANEEL 1.000/2021 art. 659-B: nobody is turned away for not knowing the number.
    """

    _holder = HolderProof()
    slots = _holder.slots | {CUSTOMER_NUMBER}

    def is_answered_by(self, turn: Turn) -> bool:
        """Whether a document, a date or a number is in the message."""
        return _has_identity_data(turn)

    def pending(self, turn: Turn) -> str | None:
        """Ask the number, or the holder's data once those were chosen."""
        if turn.attendance.level > 0:
            return None
        if turn.slot(DOCUMENT) or turn.slot("by_document"):
            return self._holder.pending(turn)
        return CUSTOMER_NUMBER

    def take(self, turn: Turn) -> Answer:
        """Take a number of the unit, kept from before or in the message, or the holder's data."""
        number = turn.entity("uc", "customer_code") or turn.slot(CUSTOMER_NUMBER)
        asked = turn.slot(REQUESTED_SLOT)
        if number and not turn.slot(DOCUMENT) and not turn.entity("cpf", "cnpj"):
            return _prove_unit(turn, parse_customer_number(number))
        has_document = turn.entity("cpf", "cnpj") is not None
        if asked == CUSTOMER_NUMBER and turn.intent == "deny" and not has_document:
            turn.set(by_document=True)
            turn.say("say_without_customer_number")
            return Answer.TAKEN
        return self._holder.take(turn) if turn.attendance.level == 0 else Answer.NOTHING

    def ask(self, turn: Turn, slot: str) -> None:
        """Ask for the slot; the number with a way out for whoever does not know it."""
        if slot == CUSTOMER_NUMBER:
            turn.say("ask_customer_number", choices=[turn.choice("choice_no_number", "deny")])
        else:
            self._holder.ask(turn, slot)


def collect(turn: Turn) -> Answer:
    """Keep every identity datum of the message; tell what is mistyped."""
    asked = turn.slot(REQUESTED_SLOT)
    answer = Answer.NOTHING
    if document := turn.entity("cpf", "cnpj"):
        turn.set(document=document)
        answer = Answer.TAKEN
    if (born := _birth_date(turn)) and asked != COMPANY_NUMBER:
        turn.set(birth_date=born)
        answer = Answer.TAKEN
    elif number := turn.entity("uc", "customer_code"):
        turn.set(customer_number=number)
        # Kept for later, but it does not answer a question for the document or the date.
        answer = answer if asked in (DOCUMENT, BIRTH_DATE) else Answer.TAKEN
    if answer is Answer.NOTHING and asked in HolderProof.slots | {CUSTOMER_NUMBER}:
        return _explain_fault(turn, asked)
    return answer


def _birth_date(turn: Turn) -> str | None:
    """A date that a holder can be born on; a due date or a payment's is none."""
    newest = turn.desk.today.replace(year=turn.desk.today.year - YOUNGEST_HOLDER, day=1)
    return next((born for born in turn.entities("date") if born < newest.isoformat()), None)


def _explain_fault(turn: Turn, asked: str) -> Answer:
    digits = turn.entity("number") or ""
    dated = turn.entity("date", "invalid_date", "day", "month") or re.search(r"\d", turn.text)
    if asked == BIRTH_DATE and dated:
        turn.say("say_birth_date_invalid")
    elif asked == BIRTH_DATE:
        return Answer.NOTHING
    elif asked == DOCUMENT and turn.entity("customer_code", "uc"):
        turn.say("say_document_not_number")
    elif asked == DOCUMENT and digits:
        turn.say("say_document_invalid")
    elif digits:
        turn.say("say_customer_number_invalid")
    else:
        return Answer.NOTHING
    return Answer.FAULTY


def _has_identity_data(turn: Turn) -> bool:
    kinds = ("cpf", "cnpj", "uc", "customer_code", "number", "date", "invalid_date")
    return turn.entity(*kinds) is not None


def _is_another(turn: Turn, document: str | None) -> bool:
    """Whether this is the document of somebody else than the holder who was proved."""
    holder_id = turn.attendance.holder_id
    return bool(document and holder_id and document != turn.desk.billing.holder(holder_id).document)


def _prove_holder(turn: Turn, document: Cpf | Cnpj, verify: Callable[[], Holder | None]) -> Answer:
    proof: Proof[Holder] = turn.desk.proofs.check(
        Kind.HOLDER,
        conversation_id=turn.conversation_id,
        subject=document.digits,
        address=turn.address,
        verify=verify,
    )
    return _take_holder(turn, proof)


def _take_holder(turn: Turn, proof: Proof[Holder]) -> Answer:
    number, document = turn.slot(CUSTOMER_NUMBER), turn.slot(DOCUMENT)
    turn.set(document=None, birth_date=None, customer_number=None, tried_document=None)
    if proof.proved is None:
        turn.set(tried_document=document)
        return _refuse(turn, proof)
    if not proof.proved.is_company:
        _choose_unit(turn, proof.proved, number)
    if turn.attendance.holder_id not in (None, proof.proved.id):
        turn.set(bills=None, bill_wish=None, email_address=None, email_consent=None)
        turn.forget_request()
    turn.desk.attendances.prove_holder(turn.attendance.protocol, proof.proved.id)
    turn.refresh_attendance()
    name = proof.proved.name if proof.proved.is_company else proof.proved.name.split()[0]
    turn.say("say_identified", name=name.removesuffix("."))  # "Ltda." ends a sentence by itself
    return Answer.TAKEN


def _choose_unit(turn: Turn, holder: Holder, number: str | None) -> None:
    """A number that came beside the holder's data says which of the units is meant."""
    for unit in turn.desk.billing.units(holder.id) if number else ():
        if number in (unit.uc, unit.customer_code):
            turn.set(unit=unit.id)


def _prove_unit(turn: Turn, number: CustomerNumber) -> Answer:
    turn.set(customer_number=number.digits)  # kept where the billing system is down
    proof: Proof[Unit] = turn.desk.proofs.check(
        Kind.UNIT,
        conversation_id=turn.conversation_id,
        subject=number.digits,
        address=turn.address,
        verify=lambda: turn.desk.billing.unit_by_number(number),
    )
    turn.set(customer_number=None)
    if proof.refusal is Refusal.THROTTLED:  # whoever tries all numbers must not shut out the others
        turn.set(by_document=True)
        turn.say("say_proof_throttled")
        return Answer.TAKEN
    if proof.proved is None:
        return _refuse(turn, proof)
    turn.set(unit=proof.proved.id)
    turn.desk.attendances.prove_unit(turn.attendance, proof.proved.id)
    turn.refresh_attendance()
    return Answer.TAKEN


def _refuse(turn: Turn, proof: Proof[Any]) -> Answer:
    if proof.refusal is Refusal.WRONG and not proof.locks:
        turn.say("say_proof_wrong")
        return Answer.FAULTY
    turn.say("say_proof_locked", choices=turn.ways_out())
    stop(turn, "locked", offer=False)
    return Answer.FAULTY
