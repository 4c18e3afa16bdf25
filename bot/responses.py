"""The responses of the domain and the replies of the services, worded differently each time.

Stock Rasa draws a variation at random, and so says the same thing twice in a row every so often.
It also passes over a response that does not exist, which the customer would hear as silence, and
shows the braces of a variable that nobody filled: both are faults of ours and raise here.
"""

from __future__ import annotations

import copy
import re
import secrets
from functools import lru_cache
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from actions.replies import replies

LOOKS_BACK = 60
"""How many events back a response's last variation is searched for."""

_VARIABLE = re.compile(r"(?<!{){([^\n{}]+?)}(?!})")


class UnknownResponse(LookupError):
    """The domain has no response of this name, or none for this channel and these slots."""


class MissingVariable(LookupError):
    """A response was asked for without a variable that its text shows."""


class VariedResponses(TemplatedNaturalLanguageGenerator):
    """Words responses; ``nlg.type`` of ``endpoints.yml`` names it."""

    def __init__(
        self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None
    ) -> None:
        """Take the responses of ``domain``; the agent replaces them when it loads a model."""
        super().__init__(domain.responses if domain else {})

    @property
    def responses(self) -> dict[str, list[dict[str, Any]]]:
        """All that can be said, by name."""
        return self._responses

    @responses.setter
    def responses(self, responses: dict[str, list[dict[str, Any]]]) -> None:
        self._responses = {**replies(), **responses}

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        """A variation of the response that is not the one this conversation heard last.

        Raises ``UnknownResponse`` or ``MissingVariable`` rather than saying something unfit.
        """
        slots = tracker.current_slot_values()
        variations = self._suitable(utter_action, output_channel, slots)
        last = _last_text(tracker, utter_action)
        fresh = [one for one in variations if last is None or not _says(one, last)]
        chosen = copy.deepcopy(secrets.choice(fresh or variations))
        values = {name: "" if value is None else value for name, value in slots.items()} | kwargs
        missing = set(_VARIABLE.findall(chosen.get("text") or "")) - set(values)
        if missing:
            raise MissingVariable(f"{utter_action} needs {', '.join(sorted(missing))}")
        # Named in the event too, so that the next variation is chosen, and tests read, by name.
        return {**self._fill_response(chosen, values), "utter_action": utter_action}

    def _suitable(self, name: str, channel: str, slots: dict[str, Any]) -> list[dict[str, Any]]:
        if name in self.responses:
            chooser = ResponseVariationFilter(self.responses)
            if variations := chooser.responses_for_utter_action(name, channel, slots):
                return variations
        raise UnknownResponse(name)


def _last_text(tracker: DialogueStateTracker, response: str) -> str | None:
    events = list(tracker.events)[-LOOKS_BACK:]
    for event in reversed(events):
        if type(event) is BotUttered and event.metadata.get("utter_action") == response:
            return event.text
    return None


def _says(variation: dict[str, Any], text: str) -> bool:
    """Whether the text may have come from this variation, with whatever values."""
    return _pattern(variation.get("text") or "").fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _pattern(template: str) -> re.Pattern[str]:
    fixed = _VARIABLE.split(template)[::2]
    return re.compile(".*".join(re.escape(part) for part in fixed), re.DOTALL)
