"""Choices in words, where a channel has no buttons for them or no room on its buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from channels.message import Choice


def numbered(choices: Sequence[Choice]) -> str:
    """One choice a line, to be picked by its number or by its words."""
    return "\n".join(
        f"{number}. {_whole(choice)}" for number, choice in enumerate(choices, start=1)
    )


def explained(choices: Iterable[Choice]) -> str:
    """One choice a line, without a number: there are buttons to pick by."""
    return "\n".join(f"• {_whole(choice)}" for choice in choices)


def _whole(choice: Choice) -> str:
    return f"{choice.title}: {choice.description}" if choice.description else choice.title
