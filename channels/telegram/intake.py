"""What is done with an update, however it came: stored first, then whatever Telegram expects."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from channels.assistant import Assistant
from channels.calls import NotSent, Unanswered
from channels.outcomes import Rejected, Renamed
from channels.sending import DeliveryRecord
from channels.telegram.api import ApiError, BotApi
from channels.telegram.updates import (
    Accepted,
    Blocked,
    Declined,
    Outcome,
    parse,
    query_of,
)

ONLY_IN_PRIVATE = (
    "Olá! Eu só atendo em conversa particular, para proteger os dados de cada cliente. "
    "Toque no meu nome e escreva para mim por lá."
)
_COURTESY_SECONDS = 10.0

Clock = Callable[[], datetime]

_logger = logging.getLogger(__name__)


class Intake:
    """Takes updates in. What raises when storing fails is whatever the assistant raises."""

    def __init__(
        self,
        assistant: Assistant,
        record: DeliveryRecord,
        api: BotApi,
        account: str,
        now: Clock,
    ) -> None:
        """Hand what customers say to ``assistant``, what Telegram reports to ``record``."""
        self._assistant = assistant
        self._record = record
        self._api = api
        self._account = account
        self._now = now
        self._declining: set[int] = set()
        self._courtesies: set[asyncio.Task[None]] = set()

    async def handle(self, update: Any) -> Outcome:
        """Do what an update asks for; returns once nothing of it can be lost any more."""
        outcome = parse(update, self._account, self._now())
        if isinstance(outcome, Rejected):
            _logger.warning("an update is left alone: %s", outcome.reason)
        if query_id := query_of(update):  # first of all: until then the button spins
            self._see_to(self._answer_query(query_id))
        if isinstance(outcome, Accepted):
            await self._assistant.accept(outcome.message)
        elif isinstance(outcome, Blocked):
            await self._record.unreachable(outcome.sender, "bloqueou o robô")
        elif isinstance(outcome, Renamed):
            await self._record.renamed(outcome.old, outcome.new)
        elif isinstance(outcome, Declined):
            self._see_to(self._decline(outcome.chat_id))
        return outcome

    async def stop(self) -> None:
        """Finish what is still being answered."""
        await asyncio.gather(*self._courtesies)

    async def _answer_query(self, query_id: str) -> None:
        await self._call("answerCallbackQuery", {"callback_query_id": query_id})

    async def _decline(self, chat_id: int) -> None:
        """Say so and leave: whoever has left cannot say it twice."""
        if chat_id in self._declining:
            return
        self._declining.add(chat_id)
        try:
            await self._call("sendMessage", {"chat_id": chat_id, "text": ONLY_IN_PRIVATE})
            await self._call("leaveChat", {"chat_id": chat_id})
        finally:
            self._declining.discard(chat_id)

    async def _call(self, method: str, parameters: dict[str, Any]) -> None:
        """Call for courtesy's sake: nothing is lost if it fails, as it does when it comes late."""
        try:
            await self._api.call(method, parameters, deadline=_COURTESY_SECONDS)
        except (ApiError, NotSent, Unanswered) as error:
            _logger.info("%s failed: %s %s", method, type(error).__name__, error)

    def _see_to(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._courtesies.add(task)  # the loop alone would not keep it alive
        task.add_done_callback(self._courtesies.discard)
