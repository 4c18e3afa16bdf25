"""Rasa's own policies, made to look only at what can change their predictions.

A model is trained with the stock ones; ``bot.runner`` loads these in their place. They bear the
names of their parents, because events and Rasa's ensemble call policies by name.
"""

from bot.policies.memoization import MemoizationPolicy
from bot.policies.rules import RulePolicy

__all__ = ["MemoizationPolicy", "RulePolicy"]
