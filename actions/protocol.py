"""Protocol numbers: the one of this attendance, and the status of an earlier one."""

from __future__ import annotations

from actions.clara_action import ClaraAction
from actions.turn import Turn
from attendance.clock import local_date
from billing.wording import day


class ActionCheckProtocol(ClaraAction):
    """Tells what is on record under a protocol number, which names nobody."""

    def name(self) -> str:
        """Name in the rules."""
        return "action_check_protocol"

    def perform(self, turn: Turn) -> None:
        """Look up the number in the message, or tell the one of this attendance."""
        asked = turn.entity("protocol")
        if asked is None:
            turn.say("say_protocol", protocol=turn.attendance.protocol)
            return
        status = turn.desk.attendances.status(asked)
        if status is None:
            turn.say("say_protocol_unknown")
            return
        demands = [
            turn.words(
                "line_demand",
                service=turn.words(f"label_{demand.service}"),
                outcome=turn.words(f"outcome_{demand.outcome}"),
            )
            for demand in status.demands
        ]
        turn.say(
            "say_protocol_status",
            protocol=asked,
            opened=day(local_date(status.opened_at)),
            state=turn.words("state_open" if status.is_open else "state_closed"),
            demands="\n".join(demands) or turn.words("line_no_demand"),
        )
