"""A service as a Rasa form: its questions, answered in any order, with anything in between.

Rasa's form keeps the loop; the validation action of each form, derived from ``ServiceForm``,
reads every message against what was asked, decides what to ask next and asks it. A message that
is no answer but a question or another service is rejected, so that the rules answer it; Rasa
then comes back to the form, which asks again.
"""

from __future__ import annotations

from abc import abstractmethod

from rasa_sdk.interfaces import ActionExecutionRejection

from actions.clara_action import ClaraAction
from actions.context import aside, meaning_after_question
from actions.progress import begin, is_stopped
from actions.questions.question import Answer, Question
from actions.services import BY_INTENT, Service
from actions.turn import REQUESTED_SLOT, Turn

ANSWERING = frozenset(
    {
        "inform",
        "choose_option",
        "affirm",
        "deny",
        "correct_information",
        "nlu_fallback",
        "out_of_scope",
    }
)
"""What counts as an answer to the question, if only an unusable one."""
ALWAYS_INTERRUPTING = frozenset({"cancel", "show_menu", "handoff_human"})
SURE = 0.6
"""From this confidence on, a message that brings data *and* names another service changes over."""


class ServiceForm(ClaraAction):
    """Validation action of ``<service>_form``."""

    @property
    @abstractmethod
    def service(self) -> Service:
        """The service whose form this is."""

    @property
    @abstractmethod
    def questions(self) -> tuple[Question, ...]:
        """What has to be known, in the order it is asked."""

    def name(self) -> str:
        """The name Rasa looks for when it validates the form."""
        return f"validate_{self.service.form}"

    def perform(self, turn: Turn) -> None:
        """Take what the message gives, then ask what is missing."""
        starting = is_stopped(turn, self.service)
        if turn.is_fresh:
            turn.read_as(meaning_after_question(turn))
        takes_over = False
        if starting:
            takes_over = begin(turn, self.service)
        elif turn.is_fresh and self._is_interrupted(turn):
            raise ActionExecutionRejection(self.name())
        if starting or turn.is_fresh:
            self._listen(turn, starting)
        if not is_stopped(turn, self.service):
            turn.hold_form()
            if starting:
                turn.forget_request()
            self._ask_next(turn, starting, takes_over)

    def _is_interrupted(self, turn: Turn) -> bool:
        if turn.intent in ALWAYS_INTERRUPTING:
            return True
        if turn.intent in ANSWERING or turn.intent == self.service.intent:
            return False
        asked = self._question_of(turn.slot(REQUESTED_SLOT))
        if asked and asked.is_answered_by(turn):
            names_another = turn.intent in BY_INTENT and turn.confidence >= SURE
            return names_another and turn.words_outside_entities > 3
        return True

    def _question_of(self, slot: str | None) -> Question | None:
        return next((question for question in self.questions if slot in question.slots), None)

    def _listen(self, turn: Turn, starting: bool) -> None:
        answers = []
        for question in self.questions:
            answers.append(question.take(turn))
            if is_stopped(turn, self.service):
                return
        if Answer.TAKEN in answers:
            turn.set(unusable_answers=0)
        elif not starting and (reply := aside(turn)):
            turn.say(reply)
        elif not starting and turn.intent != self.service.intent:
            self._count_unusable(turn, explained=Answer.FAULTY in answers)

    def _count_unusable(self, turn: Turn, explained: bool) -> None:
        count = int(turn.slot("unusable_answers") or 0) + 1
        if count >= 3 or turn.intent == "deny":
            turn.set(unusable_answers=0)
            turn.say("say_help_with_answer", choices=turn.ways_out())
        else:
            turn.set(unusable_answers=count)
            if explained:
                return
            if turn.intent == "out_of_scope":
                turn.say("say_out_of_scope", choices=turn.ways_out())
            else:
                turn.say("say_answer_not_understood")

    def _ask_next(self, turn: Turn, starting: bool, takes_over: bool) -> None:
        for question in self.questions:
            slot = question.pending(turn)
            if is_stopped(turn, self.service):
                return
            if slot:
                if starting:  # who was misunderstood sees it before a proof is asked for
                    said = "say_switched" if takes_over else "say_begun"
                    turn.say(said, service=turn.words(self.service.label))
                turn.request(slot)
                question.ask(turn, slot)
                return
        turn.request(None)


class ServiceDelivery(ClaraAction):
    """What is done once the form of the service is complete."""

    @property
    @abstractmethod
    def service(self) -> Service:
        """The service that is delivered."""

    def name(self) -> str:
        """The action that the rule of the service calls after its form."""
        return f"action_{self.service.name}"

    def perform(self, turn: Turn) -> None:
        """Deliver, unless the service was stopped before its form was complete."""
        if not is_stopped(turn, self.service):
            self.deliver(turn)

    @abstractmethod
    def deliver(self, turn: Turn) -> None:
        """Do what was asked for; all data are in the slots."""
