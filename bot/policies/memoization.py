"""Memorised stories; there may be none, and then nothing is looked at."""

from __future__ import annotations

from typing import Any

from rasa.core.policies import memoization
from rasa.core.policies.policy import PolicyPrediction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


class MemoizationPolicy(memoization.MemoizationPolicy):
    """Stock memoization, free of charge in an assistant that has rules and forms only."""

    @property
    def looks_back(self) -> int | None:
        """How many states a prediction may depend on; ``None``: all of them."""
        return self.featurizer.max_history if self.lookup else 0

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """See the parent class."""
        if not self.lookup:
            return self._prediction(self._default_predictions(domain))
        return super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
