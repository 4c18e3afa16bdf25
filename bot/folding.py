"""Bounds a conversation: older events are folded into few that leave the same state.

Rasa's policies see the last turns only, but its trackers keep, replay and serialise all of them,
so that every turn costs more than the one before. What goes here is what nothing can see any
more: turns farther back than any rule looks, and answers within a form, which Rasa itself undoes
as soon as the form has gone on. The slots, the form with what started it, and the last turns
stay. (Rasa's own bound, ``max_event_history``, forgets slots and the form.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker import BoundedTracker

LONGEST = 150
"""Events from which on a conversation is folded: about sixteen turns. With a bound of 110 a long
conversation is folded at every third turn, which makes its turns cost a tenth more."""

WHOLE = 40
"""The newest events, at least, stay as they are."""

SEEN = 16
"""Actions that policies may look back; a model that looks farther is refused. A story that rules
interrupt for longer is forgotten."""

Events = Sequence[Event]


def fold(tracker: BoundedTracker) -> BoundedTracker:
    """The tracker itself if it is short, or a shorter one in the same state."""
    events = list(tracker.events)
    begins = _beginning_of_session(events)
    if begins:  # what came before says nothing any more, as in Rasa's own stores
        tracker = tracker.rebuilt([], events[begins:])
    if len(tracker.events) <= LONGEST or tracker.is_paused():
        return tracker
    return _without_far_turns(tracker) or _without_undone(tracker) or tracker


def _beginning_of_session(events: list[Event]) -> int:
    starts = (at for at in range(len(events) - 1, 0, -1) if type(events[at]) is SessionStarted)
    return next(starts, 0)


def _without_far_turns(tracker: BoundedTracker) -> BoundedTracker | None:
    """Slots, and the form in course, stand for everything before some turn."""
    events = list(tracker.events)
    applied = [id(one) for one in tracker.applied_events() if type(one) is ActionExecuted]
    seen = set(applied[-SEEN - 1 :]) if len(applied) > SEEN else set()
    far = next((at for at, one in enumerate(events) if id(one) in seen), 0)
    for cut in _cuts(events, far):
        before = _replayed(tracker, events[:cut])
        if before.is_paused() or any(type(one) in _UNDOING for one in events[cut:]):
            return None
        standing = _standing_for(before, events[:cut])
        if standing is None or len(standing) >= cut:
            continue
        folded = _rebuilt(tracker, standing, cut)
        if _actions(folded.applied_events()) - _actions(standing) > SEEN:
            return folded
    return None


_UNDOING = {ActionReverted, UserUtteranceReverted, Restarted}


def _cuts(events: Events, far: int) -> Iterator[int]:
    """Where a turn begins, up to ``far``, the latest first, with enough whole events after it."""
    for at in range(min(far, len(events) - WHOLE), 0, -1):
        if _listens(events[at]) and isinstance(events[at + 1], UserUttered):
            yield at


def _standing_for(before: DialogueStateTracker, events: Events) -> list[Event] | None:
    """Events that leave the state that all of these leave; none if there is no such short cut."""
    form = before.active_loop_name
    values: list[Event] = [
        SlotSet(slot.name, slot.value, timestamp=events[-1].timestamp)
        for slot in before.slots.values()
        if slot.value != slot.initial_value
    ]
    values += [one for one in events if one is before.latest_bot_utterance]
    opening = _opening(events)
    if form is None:
        return [*opening, *values]
    # Only where the form has just run: the next run then undoes the same events as ever.
    if before.latest_action_name != form or before.active_loop.rejected:
        return None
    activation = [one for one in _activation(events, form) if id(one) not in map(id, opening)]
    return [*opening, *activation, *values]


def _opening(events: Events) -> list[Event]:
    """How the session began: memorised stories know a beginning when they see one."""
    first = next((at for at, one in enumerate(events) if isinstance(one, UserUttered)), 0)
    return [one for one in events[:first] if isinstance(one, (SessionStarted, ActionExecuted))]


def _activation(events: Events, form: str) -> list[Event]:
    """The turn that started the form which is active now."""
    starts = max(
        at for at, one in enumerate(events) if isinstance(one, ActiveLoop) and one.name == form
    )
    first = max(at for at in range(starts) if isinstance(events[at], UserUttered))
    kinds = (ActionExecuted, UserUttered, ActiveLoop)
    turn = [one for one in events[first : starts + 1] if isinstance(one, kinds)]
    return [events[first - 1], *turn] if first and _listens(events[first - 1]) else turn


def _without_undone(tracker: BoundedTracker) -> BoundedTracker | None:
    """Of older turns, only what Rasa still applies stays."""
    events = list(tracker.events)
    cut = next(_cuts(events, len(events)), 0)
    applied = {id(event) for event in tracker.applied_events()}
    kept: list[Event] = []
    said: list[Event] = []
    for event in events[:cut]:
        if id(event) not in applied:
            continue
        if isinstance(event, BotUttered):
            said = [event]
            continue
        if isinstance(event, SlotSet):
            kept = _without_value_of(event.key, kept)
        kept.append(event)
    return _rebuilt(tracker, [*kept, *said], cut) if len(kept) + len(said) < cut else None


def _without_value_of(slot: str, events: list[Event]) -> list[Event]:
    """Without values of a slot that no state shows, because no action came after them."""
    since = max((at for at, one in enumerate(events) if _is_shown(one)), default=-1) + 1
    later = [one for one in events[since:] if not (isinstance(one, SlotSet) and one.key == slot)]
    return events[:since] + later


def _is_shown(event: Event) -> bool:
    return isinstance(event, (ActionExecuted, UserUttered, ActionExecutionRejected))


def _listens(event: Event) -> bool:
    return type(event) is ActionExecuted and event.action_name == ACTION_LISTEN_NAME


def _actions(events: Events) -> int:
    return sum(type(event) is ActionExecuted for event in events)


def _rebuilt(tracker: BoundedTracker, head: Events, cut: int) -> BoundedTracker:
    """The tracker with another head before ``cut``; what was folded there stays folded."""
    events = list(tracker.events)
    whole = max(cut, tracker.folded)
    return tracker.rebuilt([*head, *events[cut:whole]], events[whole:])


def _replayed(tracker: BoundedTracker, events: Events) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(tracker.sender_id, events, tracker.slots.values())
