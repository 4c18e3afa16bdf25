"""The address for the e-mail invoice, and the explicit agreement to it."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

from actions.progress import stop
from actions.questions.question import Answer
from actions.turn import REQUESTED_SLOT, Turn
from attendance.masking import mask_email

EMAIL_ADDRESS, EMAIL_CONSENT = "email_address", "email_consent"


class EmailAddress:
    """Where the bills are to go: the registered address, masked, or another."""

    slots = frozenset({EMAIL_ADDRESS})

    def is_answered_by(self, turn: Turn) -> bool:
        """Whether an address, right or wrong, is in the message."""
        return turn.entity("email", "invalid_email") is not None

    def take(self, turn: Turn) -> Answer:
        """Take a typed address at any time, and a yes to the registered one when asked."""
        written = turn.entity("email", "invalid_email")
        if email := _usable(written):
            turn.set(email_address=email, email_consent=None)
            return Answer.TAKEN
        if written:
            turn.say("say_email_invalid")
            return Answer.FAULTY
        if turn.slot(REQUESTED_SLOT) != EMAIL_ADDRESS:
            return Answer.NOTHING
        registered = self.offered(turn)
        if registered and (turn.intent == "affirm" or turn.entity("ordinal") == "1"):
            turn.set(email_address=registered)
            return Answer.TAKEN
        if _wants_another(turn) or (registered and turn.intent == "deny"):
            turn.set(other_email=True)
            return Answer.TAKEN
        if turn.intent == "deny":
            turn.say("say_email_consent_refused")
            stop(turn, "refused")
            return Answer.TAKEN
        return Answer.NOTHING

    def pending(self, turn: Turn) -> str | None:
        """Ask unless the address is known."""
        return None if turn.slot(EMAIL_ADDRESS) else EMAIL_ADDRESS

    def offered(self, turn: Turn) -> str | None:
        """The registered address, until another is wished."""
        holder_id = turn.attendance.holder_id
        if not holder_id or turn.slot("other_email"):
            return None
        return turn.desk.billing.holder(holder_id).email

    def ask(self, turn: Turn, slot: str) -> None:
        """Offer the registered address, or ask for one."""
        registered = self.offered(turn)
        if registered:
            turn.say(
                "ask_registered_email",
                email=mask_email(registered),
                choices=[
                    turn.choice("choice_registered_email", "affirm"),
                    turn.choice("choice_other_email", "deny"),
                ],
            )
        else:
            turn.say("ask_email_address")


def _usable(written: str | None) -> str | None:
    """The address as mail servers take it, or ``None``; nobody's server is asked."""
    if not written:
        return None
    try:
        return validate_email(written, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _wants_another(turn: Turn) -> bool:
    return (
        turn.intent in ("correct_information", "change_invoice_email")
        or turn.entity("ordinal") == "2"
        or re.search(r"\boutro\b", turn.text.lower()) is not None
    )


class EmailConsent:
    """An explicit yes to what is authorised, shown in full (REN ANEEL 1.000/2021 art. 333)."""

    slots = frozenset({EMAIL_CONSENT})

    def __init__(self, question: str, refused: str, yes: str, no: str) -> None:
        """Ask with the reply ``question`` and two buttons; a no is answered with ``refused``."""
        self._question = question
        self._refused = refused
        self._buttons = (yes, no)

    def is_answered_by(self, turn: Turn) -> bool:
        """Only a yes or a no answers."""
        return False

    def take(self, turn: Turn) -> Answer:
        """Take a yes; a no ends the service."""
        if turn.slot(REQUESTED_SLOT) != EMAIL_CONSENT or turn.entity("email"):
            return Answer.NOTHING
        if turn.slot(EMAIL_ADDRESS) and turn.entity("ordinal") != "2" and _wants_another(turn):
            turn.set(email_address=None, other_email=True)
            return Answer.TAKEN
        if turn.intent == "affirm" or turn.entity("ordinal") == "1":
            turn.set(email_consent=True)
            return Answer.TAKEN
        if turn.intent == "deny" or turn.entity("ordinal") == "2":
            turn.say(self._refused)
            stop(turn, "refused")
            return Answer.TAKEN
        return Answer.NOTHING

    def pending(self, turn: Turn) -> str | None:
        """Ask until there is a yes."""
        return None if turn.slot(EMAIL_CONSENT) else EMAIL_CONSENT

    def ask(self, turn: Turn, slot: str) -> None:
        """Show what is authorised and ask for a yes."""
        yes, no = self._buttons
        turn.say(
            self._question,
            consent=turn.words("consent_email_invoice"),
            email=mask_email(turn.slot(EMAIL_ADDRESS) or ""),
            choices=[turn.choice(yes, "affirm"), turn.choice(no, "deny")],
        )
