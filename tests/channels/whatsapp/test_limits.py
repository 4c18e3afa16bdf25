"""The longest that Clara says, sent to a server that enforces the Cloud API's limits."""

from __future__ import annotations

from channels.assistant import Content
from tests.channels.longest import everything
from tests.channels.whatsapp.channel import RunningChannel
from tests.servers.whatsapp import Shown, WhatsAppServer


async def test_everything_that_clara_says_is_taken_and_arrives_whole(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    whatsapp.reports = False
    maria = whatsapp.person()
    messages = everything()
    assert len(messages) > 300
    for message in messages:
        for attachment in message.attachments:
            content = Content(attachment.filename, attachment.media_type, b"content")
            running.contents[attachment.id] = content
        before = len(maria.shown)
        await running.tell(maria, message)
        shown = maria.shown[before:]
        said = _joined("".join(one.text for one in shown))
        assert _joined(message.text) in said, message.text
        assert all(_joined(copyable.text) in said for copyable in message.copyables)
        assert len([one for one in shown if one.document or one.image]) == len(message.attachments)
        offered = [title for one in shown for title in one.titles]
        if len(message.choices) <= 10:
            assert len(offered) == len(message.choices)
        else:
            assert all(_joined(choice.title) in said for choice in message.choices)
        copies = len(message.copyables)
        assert len(shown) <= 1 + copies + len(message.attachments) or _is_long(shown), message


def _joined(text: str) -> str:
    return "".join(text.split())


def _is_long(shown: list[Shown]) -> bool:
    return sum(len(one.text) for one in shown) > 1_024
