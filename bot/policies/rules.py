"""Rules and forms over the last few states of a conversation.

Stock Rasa makes a state of every action since the session began, twice for each prediction: once
with the words of the last message and once with its intent. No rule looks farther back than it
is long, and rules that know no words cannot tell the first time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from rasa.core.policies import rule_policy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

BEYOND = 2
"""States kept beyond the longest rule: the beginning of a conversation is a state like none."""

Keys = dict[str, list[State]]


class RulePolicy(rule_policy.RulePolicy):
    """Stock rules, at a cost that does not grow with the conversation."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take over what was learned, and index it."""
        super().__init__(*arguments, **options)
        self._indices = {
            name: _by_previous_action(self.lookup.get(name, {}))
            for name in (rule_policy.RULES, rule_policy.RULES_FOR_LOOP_UNHAPPY_PATH)
        }
        rules = [states for index in self._indices.values() for states in _all(index)]
        self._longest = max((len(states) for states in rules), default=0)
        self._knows_words = any(map(_may_match_words, rules))

    @property
    def looks_back(self) -> int:
        """How many states a prediction may depend on."""
        return self._longest + BEYOND

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input and not self._knows_words:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _prediction_states(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        states = list(_last_states(tracker, domain, self.looks_back))
        self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        index = next(
            (self._indices[name] for name in self._indices if self.lookup.get(name) is lookup),
            None,
        )
        if index is None or not states:
            return super()._get_possible_keys(lookup, states)
        named = index[_previous_action(states[-1])]
        candidates = {key: lookup[key] for key in named}
        return super()._get_possible_keys(candidates, states)

    def format_tracker_states(self, states: list[State]) -> str:
        """Nothing: it would be shown in a debug event, and is built for every prediction."""
        return ""


def _last_states(tracker: DialogueStateTracker, domain: Domain, number: int) -> Iterator[State]:
    """The last states that ``Domain.states_for_tracker_history`` would give."""
    applied = tracker.applied_events()
    skipped = 1 + sum(type(event) is ActionExecuted for event in applied) - number
    shown = [slot for slot in tracker.slots.values() if slot.influence_conversation]
    prior = DialogueStateTracker(tracker.sender_id, shown)
    for event in applied:
        if type(event) is ActionExecuted:
            if skipped <= 0:
                yield domain.get_active_state(prior)
            skipped -= 1
        if _shows(event, prior):
            event.apply_to(prior)
    yield domain.get_active_state(prior)


def _shows(event: Event, prior: DialogueStateTracker) -> bool:
    if type(event) is SlotSet:
        return event.key in prior.slots
    return type(event) is not BotUttered


def _by_previous_action(lookup: dict[str, str]) -> defaultdict[str | None, Keys]:
    """Rules by the action that comes before what they predict."""
    index: defaultdict[str | None, Keys] = defaultdict(dict)
    for key in lookup:
        states = json.loads(key)
        index[_previous_action(states[-1])][key] = states
    return index


def _previous_action(state: State) -> str | None:
    return state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)


def _all(index: defaultdict[str | None, Keys]) -> Iterator[Sequence[State]]:
    for keys in index.values():
        yield from keys.values()


def _may_match_words(states: Sequence[State]) -> bool:
    """Whether a rule may apply to a message of which only the words are shown."""
    last = states[-1]
    return _previous_action(last) == ACTION_LISTEN_NAME and INTENT not in last.get(USER, {})
