"""The start of an attendance: its protocol number, and what the replies may mention.

REN ANEEL 1.000/2021 art. 403: the number comes at the start, in every channel.
"""

from __future__ import annotations

from rasa_sdk.events import ActionExecuted, SessionStarted

from actions.clara_action import ClaraAction
from actions.turn import Turn


class ActionSessionStart(ClaraAction):
    """Replaces Rasa's own session start, which has nothing to say."""

    def name(self) -> str:
        """The name of Rasa's default action that this one replaces."""
        return "action_session_start"

    def perform(self, turn: Turn) -> None:
        """Open an attendance, ending the former and every proof in it."""
        turn.events.append(SessionStarted())
        attendance, ended = turn.desk.attendances.open(turn.conversation_id, turn.channel)
        distributor = turn.desk.distributor
        turn.set(
            protocol=attendance.protocol,
            distributor_name=distributor.name,
            distributor_site=distributor.site,
            distributor_phone=distributor.phone,
            waiting_services=[],
            offer=None,
            shown_bill=None,
            unusable_answers=0,
        )
        if ended and ended.level > 0:
            turn.say("say_session_expired", protocol=attendance.protocol)
        else:
            turn.say(
                "say_session_started",
                distributor_name=distributor.name,
                protocol=attendance.protocol,
            )
        turn.events.append(ActionExecuted("action_listen"))
