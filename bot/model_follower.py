"""Changes an engine's model when another one is put into service, without a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

import structlog

from bot.faults import describe
from bot.published_models import PublishedModels

INTERVAL = 2.0
"""Seconds between two looks."""

log = structlog.get_logger(__name__)


class Answers(Protocol):
    """What the follower needs of ``bot.engine.Engine``."""

    @property
    def model(self) -> str:
        """Name of the model that answers."""

    async def change_model(self, model: Path) -> None:
        """Answer with another one."""


class ModelFollower:
    """Keeps one engine on the model in service."""

    def __init__(self, engine: Answers, models: PublishedModels, *folders: Path) -> None:
        """Look for files of models in ``folders``; those that are missing go into the last."""
        self._engine = engine
        self._models = models
        self._folders = folders
        self._refused: str | None = None  # tried, and found unfit for this code

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL)
            await self.look()

    async def look(self) -> None:
        """Take what is in service, unless it answers already; a failure leaves all as it is."""
        try:
            wanted = await asyncio.to_thread(self._models.in_service)
            if wanted is None or wanted in (self._engine.model, self._refused):
                return
            path = await asyncio.to_thread(self._models.file, wanted, *self._folders)
        except Exception as error:  # the records are away: the next look may find them
            log.warning("model.unknown", fault=describe(error))
            return
        former = self._engine.model
        try:
            await self._engine.change_model(path)
        except Exception as error:
            self._refused = wanted
            log.error("model.refused", model=wanted, keeps=former, fault=describe(error))
        else:
            self._refused = None
            log.info("model.changed", model=wanted, former=former)
