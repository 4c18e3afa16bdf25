"""What is done with a payload: everything in it is stored before it is acknowledged."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from channels.assistant import Assistant
from channels.outcomes import Ignored, Rejected, Renamed
from channels.sending import DeliveryRecord
from channels.whatsapp.outcomes import (
    Accepted,
    Outcome,
    Reported,
    Troubled,
)
from channels.whatsapp.payloads import parse

Clock = Callable[[], datetime]

_logger = logging.getLogger(__name__)


class Intake:
    """Takes payloads in. What raises when storing fails is whatever the assistant raises."""

    def __init__(
        self, assistant: Assistant, record: DeliveryRecord, account: str, now: Clock
    ) -> None:
        """Hand what customers say to ``assistant``, what Meta reports to ``record``."""
        self._assistant = assistant
        self._record = record
        self._account = account
        self._now = now

    async def handle(self, payload: Any) -> list[Outcome]:
        """Do what a payload asks for, in order; returns once none of it can be lost any more.

        If something cannot be stored, Meta sends all of it again: what had been stored by then is
        recognised as a repeat.
        """
        outcomes = list(parse(payload, self._account, self._now()))
        for outcome in outcomes:
            if isinstance(outcome, Accepted):
                await self._assistant.accept(outcome.message)
            elif isinstance(outcome, Reported):
                await self._record.receipt(outcome.receipt)
            elif isinstance(outcome, Renamed):
                await self._record.renamed(outcome.old, outcome.new)
            elif isinstance(outcome, Troubled):
                _logger.warning("Meta reports a fault: %s", outcome.reason)
        left = Counter(one.reason for one in outcomes if isinstance(one, Ignored | Rejected))
        if left:
            _logger.info("left alone: %s", dict(left))
        return outcomes
