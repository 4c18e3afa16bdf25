"""What Clara said last: to say it again, and to read a yes or a number against it."""

from __future__ import annotations

from typing import Any, NamedTuple

from actions.turn import Turn


class Said(NamedTuple):
    """One message of Clara."""

    reply: str
    text: str
    data: dict[str, Any]


def last_answer(turn: Turn) -> list[Said]:
    """All that Clara said between the last two messages of the customer."""
    said: list[Said] = []
    users_seen = 0
    for event in reversed(turn.tracker.events):
        if event["event"] == "user":
            users_seen += 1
            if users_seen == 2:
                break
        elif event["event"] == "bot" and users_seen == 1:
            name = (event.get("metadata") or {}).get("utter_action") or ""
            said.insert(0, Said(name, event.get("text") or "", event.get("data") or {}))
    return said


def offered_intents(turn: Turn) -> list[str]:
    """What the buttons of the last answer stand for, in the order they were shown."""
    buttons = [button for one in last_answer(turn) for button in one.data.get("buttons") or []]
    return [button["payload"].lstrip("/").partition("{")[0] for button in buttons]
