"""Rules and forms over the last few states of a conversation.

Stock Rasa makes a state of every action since the session began, twice for each prediction: once
with the words of the last message and once with its intent. No rule looks farther back than it
is long, rules that know no words cannot tell the first time, and what was a state at the last
prediction is the same state at the next.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.policies import rule_policy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

from bot.policies.history import History
from bot.tracker import BoundedTracker

BEYOND = 2
"""States kept beyond the longest rule: the beginning of a conversation is a state like none."""

Rule = Sequence[State]
"""The states that a rule asks for, the latest first."""
Index = Mapping[tuple[str | None, str | None], Mapping[str, Rule]]
"""Rules under their keys, by the action before what they predict, and the intent they ask for."""


class RulePolicy(rule_policy.RulePolicy):
    """Stock rules, at a cost that does not grow with the conversation."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take over what was learned, and index it."""
        super().__init__(*arguments, **options)
        self._indices = {
            name: _index(self.lookup.get(name, {}))
            for name in (rule_policy.RULES, rule_policy.RULES_FOR_LOOP_UNHAPPY_PATH)
        }
        rules = [
            rule
            for index in self._indices.values()
            for alike in index.values()
            for rule in alike.values()
        ]
        self._longest = max((len(rule) for rule in rules), default=0)
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
        applied = tracker.applied_events()
        states = self._history(tracker, domain).states(applied)
        self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states

    def _history(self, tracker: DialogueStateTracker, domain: Domain) -> History:
        views = tracker.views if isinstance(tracker, BoundedTracker) else {}
        known = views.get(self)
        if known is None or known.domain is not domain:
            known = views[self] = History(tracker, domain, self.looks_back)
        return known

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        latest_first = states[::-1]
        action, intent = _asked_for(latest_first[0])
        for name, index in self._indices.items():
            if self.lookup.get(name) is lookup:
                candidates = {**index.get((action, None), {}), **index.get((action, intent), {})}
                return {key for key, rule in candidates.items() if self._fits(rule, latest_first)}
        return super()._get_possible_keys(lookup, states)

    def _fits(self, rule: Rule, latest_first: Sequence[State]) -> bool:
        """Whether each state of a rule fits the conversation's, as in ``_is_rule_applicable``."""
        for asked_for, state in zip(rule, latest_first):  # noqa: B905  the shorter one decides
            begins, begun = PREVIOUS_ACTION not in asked_for, PREVIOUS_ACTION not in state
            if begins != begun:
                return False
            if not begins and not self._does_rule_match_state(asked_for, state):
                return False
        return True

    def format_tracker_states(self, states: list[State]) -> str:
        """Nothing: it would be shown in a debug event, and is built for every prediction."""
        return ""


def _index(lookup: dict[str, str]) -> Index:
    index: defaultdict[tuple[str | None, str | None], dict[str, Rule]] = defaultdict(dict)
    for key in lookup:
        latest_first = json.loads(key)[::-1]
        index[_asked_for(latest_first[0])][key] = latest_first
    return dict(index)


def _asked_for(state: State) -> tuple[str | None, str | None]:
    """The action and the intent of a state; whatever a rule says of others, it says of these."""
    return state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME), state.get(USER, {}).get(INTENT)


def _may_match_words(rule: Rule) -> bool:
    """Whether a rule may apply to a message of which only the words are shown."""
    action, intent = _asked_for(rule[0])
    return action == ACTION_LISTEN_NAME and intent is None
