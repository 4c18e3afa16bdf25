"""Getting about: the menu, cancelling, hearing it again, not being understood."""

from __future__ import annotations

from actions.answers import menu
from actions.clara_action import ClaraAction
from actions.last_answer import last_answer
from actions.progress import finish
from actions.services import BY_INTENT, BY_NAME
from actions.turn import Button, Turn


class ActionShowMenu(ClaraAction):
    """The list of services; what was going on is left, and can be asked for again."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_show_menu"

    def perform(self, turn: Turn) -> None:
        """Leave the form and show what Clara does."""
        if turn.slot("service"):
            finish(turn, "left", offer=False)
        turn.leave_form()
        turn.set(waiting_services=[], offer=None, not_understood=0)
        turn.say("say_menu", choices=menu(turn))


class ActionCancel(ClaraAction):
    """Stops what is going on."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_cancel"

    def perform(self, turn: Turn) -> None:
        """Leave the form; nothing of it takes effect."""
        service = BY_NAME.get(turn.slot("service") or "")
        if service:
            turn.say("say_cancelled", service=turn.words(service.label), choices=turn.ways_out())
            finish(turn, "cancelled", offer=False)
        elif turn.slot("offer"):
            turn.say("say_fine_then", choices=turn.ways_out())
        elif turn.desk.handoffs.withdraw(turn.conversation_id):
            turn.say("say_handoff_withdrawn", choices=turn.ways_out())
            turn.desk.attendances.note_demand(turn.attendance.protocol, "handoff", "cancelled")
        else:
            turn.say("say_nothing_to_cancel", choices=turn.ways_out())
        turn.set(waiting_services=[], offer=None)
        turn.leave_form()


class ActionGoodbye(ClaraAction):
    """The end, as the customer says it: whoever writes next has to prove who they are again."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_goodbye"

    def perform(self, turn: Turn) -> None:
        """Leave what was going on, end every proof and forget what was given for one."""
        if turn.slot("service"):
            finish(turn, "left", offer=False)
        turn.leave_form()
        turn.set(waiting_services=[], offer=None, shown_bill=None)
        turn.set(document=None, birth_date=None, customer_number=None, company_number=None)
        attendance = turn.attendance
        if attendance.level > 0:
            turn.desk.attendances.end_proofs(attendance.protocol)
            turn.say("say_goodbye_identified", protocol=attendance.protocol)
        else:
            turn.say("say_goodbye", protocol=attendance.protocol)


class ActionRepeat(ClaraAction):
    """Says again what Clara said last; a form in course asks again by itself."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_repeat"

    def perform(self, turn: Turn) -> None:
        """Send the messages of the last answer once more."""
        if turn.slot("service"):
            turn.say("say_repeating")
            return
        for said in last_answer(turn):
            turn.send_again(said.text, said.data)


class ActionNotUnderstood(ClaraAction):
    """First the two best guesses, then the menu, then a person. Never a guessed service."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_not_understood"

    def perform(self, turn: Turn) -> None:
        """Go one step further than the last time in a row."""
        step = _times_in_a_row(turn)
        guesses = _guesses(turn)
        if step == 1 and guesses:
            turn.say(
                "say_did_you_mean", choices=[*guesses, turn.choice("choice_none", "show_menu")]
            )
        elif step <= 2:
            turn.say("say_not_understood_menu", choices=menu(turn))
        else:
            turn.say("say_not_understood_person", choices=turn.ways_out())


class ActionOutOfScope(ClaraAction):
    """Another subject, or gibberish: said twice in other words, then a person is offered."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_out_of_scope"

    def perform(self, turn: Turn) -> None:
        """Say what Clara is for; whoever insists may need somebody else."""
        if _times_in_a_row(turn) <= 2:
            turn.say("say_out_of_scope", choices=turn.ways_out())
        else:
            turn.say("say_not_understood_person", choices=turn.ways_out())


def _times_in_a_row(turn: Turn) -> int:
    """How many messages up to this one were not understood, or none of ours; kept in a slot."""
    before = int(turn.slot("not_understood") or 0) if _was_not_understood(turn) else 0
    turn.set(not_understood=before + 1)
    return before + 1


def _guesses(turn: Turn) -> list[Button]:
    ranking = turn.tracker.latest_message.get("intent_ranking", [])
    known = [BY_INTENT[guess["name"]] for guess in ranking if guess["name"] in BY_INTENT]
    return [turn.choice(service.label, service.intent) for service in known[:2]]


def _was_not_understood(turn: Turn) -> bool:
    """Whether the message before this one was not understood, or none of ours, either."""
    users = [event for event in turn.tracker.events if event["event"] == "user"]
    if len(users) < 2:
        return False
    intent = users[-2].get("parse_data", {}).get("intent", {}).get("name")
    return intent in ("nlu_fallback", "out_of_scope")
