"""The longest that Clara says, sent to a server that enforces Telegram's limits."""

from __future__ import annotations

from typing import Any

from channels.assistant import Content
from channels.telegram.rendering import CAPABILITIES
from tests.channels.longest import everything
from tests.channels.telegram.channel import RunningChannel
from tests.servers.telegram import Shown, TelegramServer


async def test_everything_that_clara_says_is_taken_and_arrives_whole(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    messages = everything()
    assert len(messages) > 300
    for message in messages:
        for attachment in message.attachments:
            content = Content(attachment.filename, attachment.media_type, b"content")
            running.contents[attachment.id] = content
        before = len(maria.shown)
        await running.tell(maria, message)
        shown = maria.shown[before:]
        assert _joined(message.text) in _joined("".join(one.text for one in shown)), message.text
        assert sorted(_copied(shown)) == sorted(one.text for one in message.copyables)
        files = [one for one in shown if one.document or one.photo]
        assert len(files) == len(message.attachments)
        pressed = [one["callback_data"] for one in shown[-1].buttons if "callback_data" in one]
        assert pressed == [choice.id for choice in message.choices]
        assert len(shown) == 1 or len(message.attachments) > 1 or _is_long(message), message


def _joined(text: str) -> str:
    return "".join(text.split())


def _copied(shown: list[Shown]) -> list[str]:
    return [text for one in shown for text in one.copies]


def _is_long(message: Any) -> bool:
    limit = CAPABILITIES.caption if message.attachments else CAPABILITIES.text
    longest = max((len(one.text) for one in message.copyables), default=0)
    return len(message.text) > limit or longest > CAPABILITIES.copy_text
