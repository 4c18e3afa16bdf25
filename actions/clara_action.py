"""The base of every action: blocking work off the event loop, a billing failure told honestly."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.desk import desk
from actions.progress import stop
from actions.services import BY_NAME
from actions.turn import Turn
from billing.gateway import BillingRecordNotFound, BillingUnavailable


class ClaraAction(Action, ABC):
    """Runs ``perform`` in a thread: SQL, HTTP, SMTP and PDF all block."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Perform the action and return the events it left."""
        return await asyncio.to_thread(self._run, dispatcher, tracker)

    def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        turn = Turn(dispatcher, tracker, desk())
        try:
            self.perform(turn)
        except (BillingUnavailable, BillingRecordNotFound):
            _tell_billing_is_down(turn)
        return turn.events

    @abstractmethod
    def perform(self, turn: Turn) -> None:
        """Do the work of one call."""


def _tell_billing_is_down(turn: Turn) -> None:
    service = BY_NAME.get(turn.slot("service") or "")
    given = {slot: turn.slot(slot) for slot in ("document", "birth_date")}
    retry = [turn.choice("choice_retry", service.intent)] if service else []
    turn.say(
        "say_billing_down",
        protocol=turn.attendance.protocol,
        choices=[*retry, *turn.ways_out()],
    )
    stop(turn, "billing_down", offer=False)
    turn.set(**given)  # whoever tries again has said who they are
