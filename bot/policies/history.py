"""The states of a conversation as policies see them, made once for each action."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker


class History:
    """The last states that ``Domain.states_for_tracker_history`` would give.

    Good for one conversation, as long as events only come to those that apply.
    """

    def __init__(self, tracker: DialogueStateTracker, domain: Domain, number: int) -> None:
        """Begin before the conversation; give at most so many states of it."""
        self.domain = domain
        shown = [slot for slot in tracker.slots.values() if slot.influence_conversation]
        self._prior = DialogueStateTracker(tracker.sender_id, shown)
        self._before_actions: deque[State] = deque(maxlen=number - 1)
        self._seen = 0

    def states(self, applied: Sequence[Event]) -> list[State]:
        """A state before each action and the present one; ``applied`` goes on from the last time.

        The present state is the caller's to change; the others are given again.
        """
        new = applied[self._seen :]
        self._seen = len(applied)
        room = self._before_actions.maxlen or 0
        skipped = [type(event) for event in new].count(ActionExecuted) - room
        for event in new:
            if type(event) is ActionExecuted:
                if skipped <= 0:
                    self._before_actions.append(self.domain.get_active_state(self._prior))
                skipped -= 1
            if self._shows(event):
                event.apply_to(self._prior)
        return [*self._before_actions, self.domain.get_active_state(self._prior)]

    def _shows(self, event: Event) -> bool:
        if type(event) is SlotSet:
            return event.key in self._prior.slots
        return type(event) is not BotUttered
