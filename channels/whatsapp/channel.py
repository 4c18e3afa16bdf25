"""The channel put together: what receives and what sends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from sanic import Sanic

from channels.assistant import Assistant
from channels.channel import Connector
from channels.sending import DeliveryRecord
from channels.whatsapp.graph import Graph
from channels.whatsapp.intake import Intake
from channels.whatsapp.sending import WhatsAppSending
from channels.whatsapp.settings import WhatsAppSettings
from channels.whatsapp.webhook import Webhook


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class WhatsApp(Connector):
    """One number. Meta is told where to call in its panel, once: there is nothing to start."""

    def __init__(
        self, settings: WhatsAppSettings, *, now: Callable[[], datetime] = _utc_now
    ) -> None:
        """Connect to nothing yet."""
        self._settings = settings
        self._now = now
        self._graph = Graph(settings)
        self.sending = WhatsAppSending(self._graph, settings, now)

    def attach(self, app: Sanic, assistant: Assistant, record: DeliveryRecord) -> None:
        """See ``Connector.attach``."""
        intake = Intake(assistant, record, self._settings.phone_number_id, self._now)
        Webhook(intake, self._settings).attach(app)

    async def close(self) -> None:
        """Let go of the connections: nothing is sent after this."""
        await self._graph.close()
