"""Asking Telegram for updates: the way to run on a machine that nobody can call.

Each update is stored before the next question confirms it. A crash in between brings it again,
and it is recognised as a repeat. Telegram lets one process ask: of several, the one that sends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from channels.calls import NotSent, Unanswered
from channels.faults import describe
from channels.telegram.api import ApiError, BotApi
from channels.telegram.backoff import delays
from channels.telegram.failures import rule_of
from channels.telegram.intake import Intake
from channels.telegram.updates import KINDS

LONG_POLL_SECONDS = 25
BATCH = 100
STANDING_BY_SECONDS = 1.0
"""Between looks at whether it is this process's turn now."""

WEBHOOK_IS_ACTIVE = (
    "há um webhook registrado para este robô, e com ele o Telegram não aceita polling; se nenhum "
    "outro servidor o usa, apague-o como diz docs/telegram.md"
)
ANOTHER_POLLS = (
    "outra instalação pede as mensagens deste mesmo robô; encerre-a, ou crie no BotFather um robô "
    "só para esta"
)

Pause = Callable[[float], Awaitable[object]]

_logger = logging.getLogger(__name__)


class Polling:
    """Takes in updates until it is cancelled."""

    def __init__(
        self,
        api: BotApi,
        intake: Intake,
        leads: Callable[[], bool],
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Ask while ``leads()``; wait with ``pause`` where something has failed."""
        self._api = api
        self._intake = intake
        self._leads = leads
        self._pause = pause
        self._next: int | None = None  # the first update that is not confirmed

    async def run(self) -> None:
        """Ask, store, ask again."""
        waits = delays()
        while True:
            if not self._leads():
                self._next = None  # somebody else confirms
                await self._pause(STANDING_BY_SECONDS)
                continue
            try:
                await self._store(await self._ask())
                waits = delays()
            except ApiError as error:
                _logger.error("no updates: HTTP %d, %s", error.status, explain(error))
                await self._pause(max(next(waits), error.retry_after or 0.0))
            except (NotSent, Unanswered) as error:
                _logger.warning("no updates: %s %s", type(error).__name__, error)
                await self._pause(next(waits))
            except Exception as fault:
                _logger.error("cannot store an update: %s", describe(fault))
                await self._pause(next(waits))

    async def _ask(self) -> list[Any]:
        question: dict[str, Any] = {
            "limit": BATCH,
            "timeout": LONG_POLL_SECONDS,
            "allowed_updates": list(KINDS),
        }
        if self._next is not None:
            question["offset"] = self._next
        found = await self._api.call("getUpdates", question, deadline=LONG_POLL_SECONDS + 10)
        return found if isinstance(found, list) else []

    async def _store(self, updates: list[Any]) -> None:
        for update in updates:
            await self._intake.handle(update)
            number = update.get("update_id") if isinstance(update, dict) else None
            if isinstance(number, int):
                self._next = number + 1


def explain(error: ApiError) -> str:
    """Why there are no updates, for the operator."""
    if error.status != 409:
        return rule_of(error).reason
    return WEBHOOK_IS_ACTIVE if "webhook" in error.description.lower() else ANOTHER_POLLS
