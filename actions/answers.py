"""Answers given while no form is asking: yes, no, a choice, bare data, a correction."""

from __future__ import annotations

from rasa_sdk.events import FollowupAction

from actions.clara_action import ClaraAction
from actions.last_answer import last_answer, offered_intents
from actions.payment import payment_choices
from actions.progress import accept_offer, names_another
from actions.questions.identity import collect
from actions.questions.question import Answer
from actions.services import BY_INTENT, BY_NAME, SERVICES
from actions.turn import Button, Turn

OFFERING_A_PERSON = frozenset(
    {
        "say_not_understood_person",
        "utter_complain",
        "utter_dispute_bill",
        "utter_request_installments",
    }
)
"""Replies to which a yes is a yes to a person, whatever other buttons stand there."""

ACTION_OF = {
    "affirm": "action_affirm",
    "deny": "action_deny",
    "handoff_human": "action_handoff",
    "show_menu": "action_show_menu",
    **{service.intent: service.form for service in SERVICES},
}
"""What follows once a button was picked without being tapped."""


class ActionAffirm(ClaraAction):
    """A yes."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_affirm"

    def perform(self, turn: Turn) -> None:
        """Start what was offered, or ask what is wanted."""
        if accept_offer(turn):
            return
        shown = turn.slot("shown_bill")
        if intent := _offered_to_a_yes(turn):
            turn.events.append(FollowupAction(ACTION_OF[intent]))
        elif shown and shown["is_open"] and shown["service"] == "duplicate_invoice":
            choices = payment_choices(turn, bill=shown["bill"], unit=shown["unit"])
            turn.say("say_offer_payment", choices=choices)
        elif _was_told_something(turn):
            turn.say("say_acknowledged")
        else:
            turn.say("say_what_then", choices=menu(turn))


class ActionDeny(ClaraAction):
    """A no."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_deny"

    def perform(self, turn: Turn) -> None:
        """Drop what was offered."""
        turn.set(offer=None)
        turn.say("say_fine_then", choices=turn.ways_out())


class ActionChooseOption(ClaraAction):
    """A pick while no form asks: of the buttons of the last answer, or of the menu."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_choose_option"

    def perform(self, turn: Turn) -> None:
        """Follow the button in that place; another bill is one of the service in course.

        "O último" is the last row of a menu, but of bills after one was shown.
        """
        position = turn.entity("ordinal") or ""
        offered = offered_intents(turn) or [service.intent for service in SERVICES]
        shown = turn.slot("shown_bill")
        is_menu = len(offered) >= len(SERVICES)
        if position == "newest" and (is_menu or not shown):
            action = ACTION_OF.get(offered[-1])
        elif position.isdigit() and 0 < int(position) <= len(offered):
            action = ACTION_OF.get(offered[int(position) - 1])
        elif shown and (turn.entity("month", "amount") or _points_elsewhere(turn, position)):
            action = BY_NAME[shown["service"]].form
        else:
            action = None
        if action:
            turn.events.append(FollowupAction(action))
        elif not accept_offer(turn):
            turn.say("say_choose_what", choices=menu(turn))


def _points_elsewhere(turn: Turn, position: str) -> bool:
    """Whether this is "a mais antiga", "todas", "a outra": other bills than the one just shown."""
    return bool(position and not position.isdigit()) or names_another(turn)


def _was_told_something(turn: Turn) -> bool:
    """Whether the last answer left nothing to say yes to: then this is an "ok, I see"."""
    told = [said for said in last_answer(turn) if said.reply != "say_session_started"]
    return bool(told) and not offered_intents(turn)


def _offered_to_a_yes(turn: Turn) -> str | None:
    """The person that was offered in so many words, else the only service on a button."""
    offered = offered_intents(turn)
    if any(said.reply in OFFERING_A_PERSON for said in last_answer(turn)):
        return "handoff_human"
    return offered[0] if len(offered) == 1 and offered[0] in BY_INTENT else None


class ActionInform(ClaraAction):
    """Data that came before any request: kept, and not asked for again."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_inform"

    def perform(self, turn: Turn) -> None:
        """Keep the data and ask what they are for; a protocol number asks for its status.

        Another number after a bill was shown asks for the same of another unit.
        """
        shown = turn.slot("shown_bill")
        if shown and turn.entity("uc", "customer_code"):
            turn.events.append(FollowupAction(BY_NAME[shown["service"]].form))
        elif collect(turn) is Answer.TAKEN:
            turn.say("say_data_kept", choices=menu(turn))
        elif turn.entity("protocol"):
            turn.events.append(FollowupAction("action_check_protocol"))
        else:
            turn.say("say_data_of_no_use", choices=menu(turn))


class ActionCorrectInformation(ClaraAction):
    """A correction outside any form."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_correct_information"

    def perform(self, turn: Turn) -> None:
        """Forget what was kept, take what is given now, and ask what it is for."""
        turn.set(document=None, birth_date=None, customer_number=None)
        collect(turn)
        turn.say("say_corrected", choices=menu(turn))


def menu(turn: Turn) -> list[Button]:
    """All services as buttons, and a person (REN ANEEL 1.000/2021 art. 391: in every menu)."""
    services = [turn.choice(service.label, service.intent) for service in SERVICES]
    return [*services, turn.choice("choice_person", "handoff_human")]
