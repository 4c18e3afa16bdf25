"""The real servers that tests share: each is started once, by whoever needs it first."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from sanic import Sanic

from bot import logs

pytest_plugins = ["tests.servers.postgres", "tests.servers.rabbitmq", "tests.servers.smtp"]

# Sanic 21.12 rewrites its own code at the first start and can do so again only in this mode.
Sanic.test_mode = True


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long our engine is compared with Rasa's: a minute's worth, or thousands of turns."""
    parser.addoption("--equivalence-turns", type=int, default=240)


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Undo what a command does to the logging: its handler writes where nobody reads any more."""
    loggers = [logging.getLogger(name) for name in (None, *logs.OURS)]
    levels = [logger.level for logger in loggers]
    root, before = loggers[0], loggers[0].handlers[:]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    for handler in root.handlers[:]:
        if type(handler) is logging.StreamHandler and handler not in before:
            root.removeHandler(handler)
