"""Fatura por e-mail: opt in, change the address, opt out (level 2), with recorded consent.

REN ANEEL 1.000/2021 art. 333: the agreement is prior, and reversible at any time; it does not
cover notices of disconnection.
"""

from __future__ import annotations

import hashlib

from actions.letters import send_activated, send_address_change, send_confirmation, send_ended
from actions.progress import finish, stop
from actions.questions.email import EMAIL_ADDRESS, EmailAddress, EmailConsent
from actions.questions.identity import HolderProof
from actions.questions.question import Answer
from actions.service_form import ServiceDelivery, ServiceForm
from actions.services import BY_NAME
from actions.turn import Turn
from attendance.masking import mask_email
from billing.model import Consent, EmailInvoice, EmailInvoiceState

SUBSCRIPTION = BY_NAME["email_subscription"]
CHANGE = BY_NAME["email_change"]
CANCELLATION = BY_NAME["email_cancellation"]


AUTHORISATION = EmailConsent(
    "ask_email_consent", "say_email_consent_refused", "choice_authorise", "choice_do_not_authorise"
)


class NotYetSubscribed:
    """No question, but a reason to stop: the e-mail invoice is on already."""

    slots: frozenset[str] = frozenset()

    def is_answered_by(self, turn: Turn) -> bool:
        """It asks nothing."""
        return False

    def take(self, turn: Turn) -> Answer:
        """It takes nothing."""
        return Answer.NOTHING

    def pending(self, turn: Turn) -> str | None:
        """Stop if bills go by e-mail already and no other address was given."""
        current = _current(turn)
        if current.state is EmailInvoiceState.ACTIVE and not turn.slot(EMAIL_ADDRESS):
            turn.say(
                "say_email_already_active",
                email=mask_email(current.email or ""),
                choices=[
                    turn.choice("choice_change_email", "change_invoice_email"),
                    turn.choice("choice_end_email", "unsubscribe_email_invoice"),
                ],
            )
            stop(turn, "already_active")
        return None

    def ask(self, turn: Turn, slot: str) -> None:
        """It asks nothing."""


class StillSubscribed(NotYetSubscribed):
    """No question, but a reason to stop: there is nothing to end."""

    def pending(self, turn: Turn) -> str | None:
        """Stop if no bill goes, or is to go, by e-mail."""
        if _current(turn).state is EmailInvoiceState.INACTIVE:
            turn.say("say_email_not_active")
            stop(turn, "not_active")
        return None


class OtherAddress(EmailAddress):
    """The new address of a change: the one in force is no answer."""

    def take(self, turn: Turn) -> Answer:
        """Take any address but the one that bills go to already."""
        answer = super().take(turn)
        address = turn.slot(EMAIL_ADDRESS)
        if address and turn.attendance.holder_id and address == _current(turn).email:
            turn.set(email_address=None)
            turn.say("say_email_unchanged", email=mask_email(address))
            return Answer.FAULTY
        return answer

    def offered(self, turn: Turn) -> str | None:
        """The registered address, unless bills go by e-mail already: then it must be typed."""
        return None if _current(turn).email else super().offered(turn)

    def ask(self, turn: Turn, slot: str) -> None:
        """Ask for the new address."""
        current = _current(turn).email
        if current:
            turn.say("ask_new_email_address", email=mask_email(current))
        else:
            super().ask(turn, slot)


class ValidateEmailSubscriptionForm(ServiceForm):
    """Who the holder is, which address, an explicit yes."""

    service = SUBSCRIPTION
    questions = (
        HolderProof(),
        NotYetSubscribed(),
        EmailAddress(),
        AUTHORISATION,
    )


class ValidateEmailChangeForm(ServiceForm):
    """Who the holder is, which new address, an explicit yes."""

    service = CHANGE
    questions = (
        HolderProof(),
        OtherAddress(),
        AUTHORISATION,
    )


class ValidateEmailCancellationForm(ServiceForm):
    """Who the holder is, and an explicit yes."""

    service = CANCELLATION
    questions = (
        HolderProof(),
        StillSubscribed(),
        EmailConsent("ask_email_end", "say_email_end_refused", "choice_yes", "choice_no"),
    )


class _EmailRequest(ServiceDelivery):
    """Records the agreement; a new address waits for the click in its confirmation mail."""

    def deliver(self, turn: Turn) -> None:
        """Record, send the letter, and say what happens next."""
        email = str(turn.slot(EMAIL_ADDRESS))
        former = _current(turn).email
        pending = turn.desk.billing.request_email_invoice(
            _consent(turn, "consent_email_invoice"), email, idempotency_key=turn.message_key
        )
        if pending is None:
            send_activated(turn, email)
            turn.say("say_email_active", email=mask_email(email))
        else:
            send_confirmation(turn, pending)
            turn.say(
                "say_email_confirmation_sent",
                email=mask_email(email),
                links=_mailbox_link(turn),
            )
        if former and former != email:
            send_address_change(turn, former)
        finish(turn, "requested" if pending else "active")


class ActionEmailSubscription(_EmailRequest):
    """Subscribes."""

    service = SUBSCRIPTION


class ActionEmailChange(_EmailRequest):
    """Changes the address."""

    service = CHANGE


class ActionEmailCancellation(ServiceDelivery):
    """Ends the e-mail invoice."""

    service = CANCELLATION

    def deliver(self, turn: Turn) -> None:
        """Record the withdrawal at once; a letter says so to the former address."""
        former = _current(turn).email
        turn.desk.billing.end_email_invoice(
            _consent(turn, "consent_email_end"), idempotency_key=turn.message_key
        )
        if former:
            send_ended(turn, former)
        turn.say("say_email_ended")
        finish(turn, "ended")


def _current(turn: Turn) -> EmailInvoice:
    return turn.desk.billing.email_invoice(str(turn.attendance.holder_id))


def _consent(turn: Turn, words: str) -> Consent:
    text = turn.words(words)
    return Consent(
        holder_id=str(turn.attendance.holder_id),
        text=text,
        text_version=hashlib.sha256(text.encode()).hexdigest()[:12],
        channel=turn.channel,
        protocol=turn.attendance.protocol,
        given_at=turn.desk.clock(),
    )


def _mailbox_link(turn: Turn) -> list[dict[str, str]]:
    if not turn.desk.keeps_mail:
        return []
    url = f"{turn.desk.public_url}/caixa-de-correio"
    return [{"title": turn.words("label_mailbox"), "url": url}]
