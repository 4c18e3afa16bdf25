"""A dialogue state tracker that knows how much of it is stored, and copies itself without replay.

Stock Rasa copies the tracker once for each action, by replaying every event, and asks what kind
each event is whenever somebody wants to know which of them still apply. (Events are of abstract
classes: there ``isinstance`` takes ten times as long as comparing types.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import (
    ACTIVE_LOOP,
    DialogueStateTracker,
    EventVerbosity,
    TrackerActiveLoop,
)


@dataclass
class _Applied:
    """The events that apply, of the first so many."""

    loops: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    seen: int = 0
    last: Event | None = None

    def are_of(self, events: Sequence[Event]) -> bool:
        """Whether these events begin with those that were seen."""
        return not self.seen or (self.seen <= len(events) and events[self.seen - 1] is self.last)

    def copy(self) -> _Applied:
        return _Applied(self.loops, self.events.copy(), self.seen, self.last)


class BoundedTracker(DialogueStateTracker):
    """A tracker whose first events may stand for many older ones."""

    active_loop: TrackerActiveLoop | None

    def __init__(
        self,
        sender_id: str,
        slots: Iterable[Slot] | None,
        max_event_history: int | None = None,
        sender_source: str | None = None,
        is_rule_tracker: bool = False,
    ) -> None:
        """A conversation of which nothing is stored yet."""
        super().__init__(sender_id, slots, max_event_history, sender_source, is_rule_tracker)
        self.version = 0  # of the stored state; 0 while there is none
        self.folded = 0  # how many events at the front stand for older ones
        self.is_folded_anew = False  # since it was stored
        self.stored = 0  # how many events at the front need no storing
        self.views: dict[object, Any] = {}
        """What others have made of the applied events; gone as soon as one of these is undone."""
        self._applied = _Applied()

    @property
    def new_events(self) -> Sequence[Event]:
        """The events that are not on record."""
        return list(self.events)[self.stored :]

    def applied_events(self) -> list[Event]:
        """Those that nothing has undone, as for Rasa, looking only at what is new."""
        if not self._applied.are_of(self.events):
            self._applied = _Applied()
            self.views.clear()
        new = list(islice(self.events, self._applied.seen, None))
        loops = {one.name for one in new if type(one) is ActiveLoop and one.name}
        if not loops <= self._applied.loops:
            # Of a loop that begins now Rasa undoes what ran under its name before, too.
            self._applied = _Applied(loops | self._applied.loops)
            self.views.clear()
            new = list(self.events)
        for event in new:
            self._apply(event, self._applied.events)
            self._applied.seen += 1
            self._applied.last = event
        return self._applied.events.copy()

    def _apply(self, event: Event, applied: list[Event]) -> None:
        if not self._undoes(event, applied):
            applied.append(event)
        else:
            self.views.clear()

    def _undoes(self, event: Event, applied: list[Event]) -> bool:
        """Whether the event does not count itself; what it undoes is gone then."""
        kind = type(event)
        if kind is ActionExecuted:
            name = event.action_name
            if name in self._applied.loops and not self._first_loop_execution_or_unhappy_path(
                name, applied
            ):
                self._undo_till_previous_loop_execution(name, applied)
                return True
        elif kind is Restarted or kind is SessionStarted:
            applied.clear()
            return True
        elif kind is ActionReverted:
            self._undo_till_previous(ActionExecuted, applied)
            return True
        elif kind is UserUtteranceReverted:
            self._undo_till_previous(UserUttered, applied)
            self._undo_till_previous(ActionExecuted, applied)
            return True
        return False

    def idx_after_latest_restart(self) -> int:
        """How many events there are up to the latest restart."""
        for later, event in enumerate(reversed(self.events)):
            if type(event) is Restarted:
                return len(self.events) - later
        return 0

    def current_state(
        self, event_verbosity: EventVerbosity = EventVerbosity.NONE
    ) -> dict[str, Any]:
        """As for Rasa, which makes a deep copy of all that was understood as a form began."""
        loop, self.active_loop = self.active_loop, None
        try:
            state = super().current_state(event_verbosity)
        finally:
            self.active_loop = loop
        state[ACTIVE_LOOP] = vars(loop).copy() if loop else {}
        return state

    def rebuilt(self, folded: Sequence[Event], whole: Sequence[Event]) -> BoundedTracker:
        """A tracker of the same stored state whose older events are those of ``folded``."""
        tracker = BoundedTracker(self.sender_id, self.slots.values(), self._max_event_history)
        for event in (*folded, *whole):
            tracker.update(event)
        tracker.model_id, tracker.assistant_id = self.model_id, self.assistant_id
        tracker.version = self.version
        tracker.folded = len(folded)
        tracker.is_folded_anew = True
        tracker.stored = len(tracker.events) - len(self.new_events)
        return tracker

    def copy(self) -> BoundedTracker:
        """A tracker in the same state, to try something on."""
        twin = BoundedTracker(
            self.sender_id, None, self._max_event_history, is_rule_tracker=self.is_rule_tracker
        )
        twin.slots = {name: _twin(slot) for name, slot in self.slots.items()}
        twin.events = self.events.copy()
        twin._applied = self._applied.copy()
        twin._paused = self._paused
        twin.followup_action = self.followup_action
        twin.latest_action = self.latest_action
        twin.latest_message = self.latest_message
        twin.latest_bot_utterance = self.latest_bot_utterance
        twin.active_loop = replace(self.active_loop) if self.active_loop else None
        return twin


def _twin(slot: Slot) -> Slot:
    """A copy as ``copy.copy`` makes it, in a quarter of the time."""
    twin = object.__new__(type(slot))
    twin.__dict__.update(slot.__dict__)
    return twin
