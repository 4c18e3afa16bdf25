"""Custom actions run inside the engine's process: a turn costs no HTTP round trip.

Rasa calls actions through an ``EndpointConfig``; this one hands the call to the executor of
rasa-sdk instead of posting it, and answers as the action server would. The actions themselves
keep their blocking work off the event loop.
"""

from __future__ import annotations

import json
from typing import Any

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException


class ActionFailed(Exception):
    """A custom action raised; ``__cause__`` is what it raised.

    Not a ``RasaException`` on purpose: Rasa forgives those where slots are validated, and would
    keep values that nobody has checked.
    """


class PackageExecutor(ActionExecutor):
    """Registers the actions of one package, where its parent takes all that were ever imported."""

    def __init__(self, package: str) -> None:
        """Know no action yet."""
        super().__init__()
        self._package = package

    def register_action(self, action: Any) -> None:
        """Register an action of the package; pass over any other."""
        if f"{action.__module__}.".startswith(f"{self._package}."):
            super().register_action(action)


class InProcessActions(EndpointConfig):
    """An action endpoint over the actions of one package.

    ``endpoints.yml`` names this class as the endpoint's type to ask for it.
    """

    def __init__(self, package: str = "actions") -> None:
        """Import and register every action of ``package``."""
        # Rasa then leaves the domain out of each call, where it would serialise it anew.
        super().__init__(url="in-process:", enable_selective_domain=True)
        self.domain: dict[str, Any] = {}
        self._executor = PackageExecutor(package)
        self._executor.register_package(package)

    @classmethod
    def is_asked_for_by(cls, endpoint: EndpointConfig | None) -> bool:
        """Whether an endpoint of ``endpoints.yml`` means this class."""
        return endpoint is None or endpoint.type == f"{cls.__module__}.{cls.__qualname__}"

    @property
    def names(self) -> frozenset[str]:
        """Names of the actions that can be run."""
        return frozenset(self._executor.actions)

    async def run(self, call: dict[str, Any]) -> dict[str, Any]:
        """Run the action that ``next_action`` names: its "events", and its "responses".

        Raises the SDK's ``ActionExecutionRejection`` and ``ActionNotFoundException``, and
        ``ActionFailed`` where an action server would answer 500.
        """
        try:
            done = await self._executor.run({**call, "domain": self.domain})
        except (ActionExecutionRejection, ActionNotFoundException):
            raise
        except Exception as error:
            raise ActionFailed(call["next_action"]) from error
        return done or {"events": [], "responses": []}

    async def request(self, *_: Any, **kwargs: Any) -> dict[str, Any]:
        """Run the action that the JSON of the request names, as Rasa's own actions ask for it.

        Raises ``ClientResponseError`` where the action server would answer 400 or 404.
        """
        call = kwargs["json"]
        try:
            return await self.run(call)
        except ActionExecutionRejection as rejection:
            raise _response(400, call["next_action"], rejection.message) from rejection
        except ActionNotFoundException as unknown:
            raise _response(404, call["next_action"], unknown.message) from unknown


def _response(status: int, action: str, error: str) -> ClientResponseError:
    body = json.dumps({"action_name": action, "error": error})
    return ClientResponseError(status, error, body)
