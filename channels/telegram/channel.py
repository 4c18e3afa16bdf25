"""The channel put together: what receives, what sends, and what runs in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timezone

from sanic import Sanic

from channels.assistant import Assistant
from channels.channel import Connector
from channels.sending import DeliveryRecord
from channels.telegram.api import BotApi
from channels.telegram.intake import Intake
from channels.telegram.polling import Pause, Polling
from channels.telegram.registration import Registration
from channels.telegram.sending import TelegramSending
from channels.telegram.settings import Mode, TelegramSettings
from channels.telegram.webhook import Webhook


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Telegram(Connector):
    """One bot."""

    def __init__(
        self,
        settings: TelegramSettings,
        *,
        now: Callable[[], datetime] = _utc_now,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Connect to nothing yet."""
        self._settings = settings
        self._now = now
        self._pause = pause
        self._api = BotApi(settings.token, settings.api_url)
        self._intake: Intake | None = None
        self._running: list[asyncio.Task[None]] = []
        self.sending = TelegramSending(self._api, settings.account)

    def attach(self, app: Sanic, assistant: Assistant, record: DeliveryRecord) -> None:
        """See ``Connector.attach``."""
        self._intake = Intake(assistant, record, self._api, self._settings.account, self._now)
        if self._settings.mode is Mode.WEBHOOK:
            Webhook(self._intake, self._settings.webhook_secret).attach(app)

    def start(self, leads: Callable[[], bool]) -> None:
        """Register, and in polling mode begin to ask; returns at once."""
        assert self._intake is not None, "attach it first"  # noqa: S101
        work = [Registration(self._api, self._settings, self._pause).run()]
        if self._settings.mode is Mode.POLLING:
            work.append(Polling(self._api, self._intake, leads, self._pause).run())
        self._running = [asyncio.get_running_loop().create_task(one) for one in work]

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._intake:
            await self._intake.stop()

    async def close(self) -> None:
        """Let go of the connections: nothing is sent after this."""
        await self._api.close()
