"""Whoever tries one customer number after the other shuts nobody else out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Engine

from actions.questions.identity import CUSTOMER_NUMBER, DOCUMENT, UnitProof
from actions.questions.question import Answer
from actions.turn import Turn
from attendance.attendances import Attendances
from attendance.proofs import Proofs, Throttle


def turn_with(number: str, desk: Any, dispatcher: CollectingDispatcher) -> Turn:
    message = {
        "intent": {"name": "inform"},
        "entities": [{"entity": "customer_code", "value": number}],
        "text": number,
    }
    slots = {"requested_slot": CUSTOMER_NUMBER}
    tracker = Tracker("one", slots, message, [], False, None, {}, "action_listen")
    return Turn(dispatcher, tracker, desk)


def test_a_customer_whose_number_is_throttled_goes_on_with_the_document(
    store: Engine, clock: Any
) -> None:
    desk = SimpleNamespace(
        proofs=Proofs(store, "a secret of the tests", clock, Throttle(everything=0)),
        attendances=Attendances(store, clock),
        billing=SimpleNamespace(unit_by_number=lambda number: SimpleNamespace(id="u")),
    )
    dispatcher = CollectingDispatcher()
    turn = turn_with("3001234567", desk, dispatcher)
    question = UnitProof()
    assert question.take(turn) is Answer.TAKEN
    assert [message["response"] for message in dispatcher.messages] == ["say_proof_throttled"]
    assert turn.attendance.level == 0
    assert question.pending(turn) == DOCUMENT
