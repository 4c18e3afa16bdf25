"""What the web chat's tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.webchat.assistant import ScriptedAssistant
from tests.channels.webchat.clock import Clock
from tests.servers.webchat import WebChatServer, serve_webchat


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(assistant: ScriptedAssistant, clock: Clock) -> Iterator[WebChatServer]:
    with serve_webchat(assistant, clock=clock) as running:
        yield running
