"""A person: reachable from anywhere without giving any data (REN ANEEL 1.000/2021 art. 371)."""

from __future__ import annotations

from typing import Any

from actions.clara_action import ClaraAction
from actions.progress import finish
from actions.turn import Turn
from attendance.clock import LOCAL
from attendance.masking import PERSONAL, mask_text
from attendance.said import said_before, told
from billing.wording import day

SPEAKERS = {"user": "Cliente", "bot": "Clara"}


class ActionHandoff(ClaraAction):
    """Queues the conversation for a person."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_handoff"

    def perform(self, turn: Turn) -> None:
        """Queue it with the masked transcript, and say when somebody comes."""
        if turn.slot("service"):
            finish(turn, "handed_over", offer=False)
        turn.leave_form()
        turn.set(waiting_services=[], offer=None)
        protocol = turn.attendance.protocol
        is_new = turn.desk.handoffs.queue(turn.conversation_id, protocol, what_was_said(turn))
        turn.desk.attendances.note_demand(protocol, "handoff", "queued")
        at = turn.desk.clock()
        known: dict[str, Any] = {"protocol": protocol, "phone": turn.desk.distributor.phone}
        if not is_new:
            turn.say("say_handoff_waiting", **known)
        elif turn.desk.hours.is_open(at):
            turn.say("say_handoff_queued", **known)
        else:
            opening = turn.desk.hours.next_opening(at).astimezone(LOCAL)
            turn.say(
                "say_handoff_closed",
                day=day(opening.date()),
                time=opening.strftime("%Hh%M").removesuffix("00"),
                **known,
            )


def what_was_said(turn: Turn) -> str:
    """The conversation as the person reads it who takes over, masked."""
    lines = [
        told(SPEAKERS[event["event"]], mask_text(event.get("text") or "", _personal_data(event)))
        for event in _said(turn)
        if event["event"] in SPEAKERS
    ]
    return "\n".join(lines)


def _personal_data(event: dict[str, Any]) -> set[tuple[int, int]]:
    """Where a customer's message has data that only the understanding of it can find."""
    found = (event.get("parse_data") or {}).get("entities") or []
    return {(one["start"], one["end"]) for one in found if one["entity"] in PERSONAL}


def _said(turn: Turn) -> list[dict[str, Any]]:
    """The session's events; the tracker alone may have folded the older ones."""
    shown = turn.tracker.events
    heard = [at for at, event in enumerate(shown) if event["event"] == "user"]
    if len(heard) < 2:  # this turn has begun the session; its greeting is part of its answer
        return list(shown[heard[0] :]) if heard else []
    return [*said_before(turn.desk.records, turn.conversation_id), *shown[heard[-1] :]]
