"""Actions of the tiny project: one that fails, one that refuses, one that offers choices."""

import asyncio
from contextvars import ContextVar
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

CALLER: ContextVar[str] = ContextVar("CALLER", default="nobody")


class ActionWhoCalls(Action):
    def name(self) -> str:
        return "action_who_calls"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[Any]:
        dispatcher.utter_message(text=await asyncio.to_thread(CALLER.get))
        return []


class ActionFail(Action):
    def name(self) -> str:
        return "action_fail"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[Any]:
        dispatcher.utter_message(text="never said")
        raise ValueError("529.982.247-25 is not a size")


class ActionRefuse(Action):
    def name(self) -> str:
        return "action_refuse"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[Any]:
        raise ActionExecutionRejection("action_refuse", "not now")


class ActionNothing(Action):
    def name(self) -> str:
        return "action_nothing"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[Any]:
        return []


class ActionMenu(Action):
    def name(self) -> str:
        return "action_menu"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[Any]:
        kind = next(tracker.get_latest_entity_values("kind"), "tudo")
        dispatcher.utter_message(
            response="say_menu",
            buttons=[{"title": "Pedir já", "payload": "/order", "description": "agora"}],
            json_message={"copyables": [{"label": "Código", "text": "123"}]},
            name=kind,
        )
        return []


class ValidateOrderForm(FormValidationAction):
    def name(self) -> str:
        return "validate_order_form"

    def validate_size(
        self, value: str, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        if value == "boom":
            raise ValueError(value)
        return {"size": value}
