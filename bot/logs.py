"""Logging of the whole process: ours as events with fields, Rasa's only when it matters.

Rasa builds debug events with the customer's words in them even when nobody prints them: its
loggers never go below WARNING here, whatever the level of ours, and structlog drops the rest
before it is built.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any

import structlog

from bot.faults import describe

log = structlog.get_logger(__name__)

OURS = ("actions", "attendance", "billing", "bot", "channels", "mail", "records")


SQLALCHEMY_S = ("records.turnstile",)
"""Loggers that SQLAlchemy names after a class of ours, and tells of every connection by."""


QUIET = ("py.warnings", "rasa.core.actions.action")
"""What is nobody's concern in service: deprecations within Rasa's old stack, and that an action
left the turn to the rules, which Rasa calls an error."""


NOISE = ("Deprecat", "pkg_resources", "Slot auto-fill")
"""Warnings of Rasa's that no edit of the data makes go away."""


FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _WithoutMessages(logging.Formatter):
    """Tells of an error what and where: others log its message, and requested addresses with it."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # as another handler may have put it
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's own name
        return describe(ei[1]) if ei[1] else ""


def tell_of_fault(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what went wrong where nobody waited for it; an event loop's exception handler."""
    fault = context.get("exception")
    log.error("loop.fault", what=context["message"], fault=describe(fault) if fault else None)


def configure(level_name: str) -> None:
    """Log our own events from ``level_name`` up, everybody else's from WARNING up."""
    level = logging.getLevelName(level_name)
    _configure(level, logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_WithoutMessages(FORMAT))
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def configure_for_training() -> None:
    """Show how Rasa gets on, and what it warns of in the data."""
    _configure(logging.INFO, logging.WARNING)
    logging.getLogger("rasa").setLevel(logging.INFO)
    logging.getLogger("py.warnings").addFilter(_is_about_the_data)


def _is_about_the_data(record: logging.LogRecord) -> bool:
    told = record.getMessage()
    return "/rasa/" in told and not any(noise in told for noise in NOISE)


def _configure(ours: int, theirs: int) -> None:
    logging.captureWarnings(True)
    logging.basicConfig(
        stream=sys.stderr,
        level=theirs,
        format=FORMAT,
        force=True,
    )
    for name in OURS:
        logging.getLogger(name).setLevel(ours)
    for name in SQLALCHEMY_S:
        logging.getLogger(name).setLevel(theirs)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(ours),
        cache_logger_on_first_use=True,
    )
