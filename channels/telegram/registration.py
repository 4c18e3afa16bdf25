"""What Telegram is told at every start: where to call, with which secret, and the bot's menu.

The secret cannot be read back, so there is no asking whether all is well already; telling it again
costs nothing. It happens in the background: Clara starts, and the web chat works, while Telegram
cannot be reached, or turns away the second of several workers that tell it the same.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from channels.calls import NotSent, Unanswered
from channels.sending import Remedy
from channels.telegram.api import ApiError, BotApi
from channels.telegram.backoff import delays
from channels.telegram.commands import to_register
from channels.telegram.failures import rule_of
from channels.telegram.polling import Pause
from channels.telegram.settings import Mode, TelegramSettings
from channels.telegram.updates import KINDS

_logger = logging.getLogger(__name__)


class Registration:
    """Tells Telegram until it has heard."""

    def __init__(
        self, api: BotApi, settings: TelegramSettings, pause: Pause = asyncio.sleep
    ) -> None:
        """Wait with ``pause`` where something has failed."""
        self._api = api
        self._pause = pause
        self._calls: list[tuple[str, dict[str, Any]]] = []
        if settings.mode is Mode.WEBHOOK:
            self._calls.append(("setWebhook", webhook(settings)))
        self._calls.append(("setMyCommands", {"commands": to_register()}))

    async def run(self) -> None:
        """Make every call, each until it works or never will."""
        for method, parameters in self._calls:
            await self._until_heard(method, parameters)

    async def _until_heard(self, method: str, parameters: dict[str, Any]) -> None:
        for delay in delays():
            try:
                await self._api.call(method, parameters)
            except ApiError as error:
                # What Telegram says of an address quotes nobody, and no table has all of it.
                _logger.log(
                    logging.INFO if error.status == 429 else logging.ERROR,
                    "%s: HTTP %d, %s",
                    method,
                    error.status,
                    error.description,
                )
                if rule_of(error).remedy is Remedy.HOLD:
                    return
                wait = max(delay, error.retry_after or 0.0)
            except (NotSent, Unanswered) as error:
                _logger.warning("%s: %s %s", method, type(error).__name__, error)
                wait = delay
            else:
                _logger.info("%s: done", method)
                return
            await self._pause(wait)


def webhook(settings: TelegramSettings) -> dict[str, Any]:
    """The parameters of ``setWebhook``."""
    return {
        "url": settings.webhook_url,
        "secret_token": settings.webhook_secret,
        "allowed_updates": list(KINDS),
        "drop_pending_updates": False,  # what came while we were away waits for its answer
    }
