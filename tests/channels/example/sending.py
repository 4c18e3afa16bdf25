"""Capabilities, render, send: the sending half."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from channels.calls import UPLOAD_DEADLINE, Calls, NotSent, Unanswered
from channels.choices import numbered
from channels.message import OutgoingMessage
from channels.sending import (
    Capabilities,
    Pace,
    ReadAttachment,
    Recipient,
    Remedy,
    Request,
    SendFailed,
    Sent,
)
from channels.splitting import split

NAME = "example"

CAPABILITIES = Capabilities(
    text=1_000,
    caption=1_000,
    buttons=10,
    button_title=30,
    list_rows=0,
    row_title=0,
    row_description=0,
    copy_text=0,
    document_bytes=1_000_000,
    image_bytes=1_000_000,
)

REMEDIES = {
    401: (Remedy.HOLD, "o token não vale"),
    404: (Remedy.UNREACHABLE, "a pessoa não existe mais"),
    429: (Remedy.RETRY, "mensagens demais em pouco tempo"),
    500: (Remedy.RETRY, "defeito do lado do provedor"),
}
"""By status; what is on none of these lines never works."""


def render(message: OutgoingMessage) -> Sequence[Request]:
    """Texts, then files, then each code alone; buttons under the last."""
    titles = [choice.title for choice in message.choices]
    fits = len(titles) <= CAPABILITIES.buttons and all(
        len(title) <= CAPABILITIES.button_title for title in titles
    )
    links = [f"{link.title}: {link.url}" for link in message.links]
    words = "" if fits else numbered(message.choices)
    text = "\n\n".join(part for part in (message.text, *links, words) if part)
    requests: list[dict[str, Any]] = [{"text": part} for part in split(text, CAPABILITIES.text)]
    for one in message.attachments:
        requests.append({"text": one.description, "attachment": one.id})
    requests += [{"text": one.text} for one in message.copyables]
    if fits and titles:
        requests[-1]["buttons"] = [{"id": one.id, "title": one.title} for one in message.choices]
    return requests


class ExampleSending:
    """Implements ``channels.sending.SendingChannel``."""

    name = NAME
    capabilities = CAPABILITIES
    pace = Pace(per_second=100.0, recipient_interval=0.01, recipient_burst=10)
    echoes_keys = False

    def __init__(self, calls: Calls, account: str) -> None:
        """Send as ``account``."""
        self.account = account
        self._calls = calls

    def render(self, message: OutgoingMessage) -> Sequence[Request]:
        """See ``SendingChannel.render``."""
        return render(message)

    async def send(
        self, recipient: Recipient, request: Request, key: str, read: ReadAttachment
    ) -> Sent:
        """See ``SendingChannel.send``."""
        body = {"to": recipient.sender.id, **request}
        if attachment_id := body.pop("attachment", None):
            content = await read(attachment_id)
            if content is None:
                raise SendFailed(Remedy.GIVE_UP, "o documento não está mais guardado")
            file = base64.b64encode(content.data).decode()
            body["file"] = {"name": content.filename, "data": file}
        try:
            status, answer = await self._calls.post("messages", body, deadline=UPLOAD_DEADLINE)
        except NotSent:
            raise SendFailed(Remedy.RETRY, "não foi possível chegar ao provedor") from None
        except Unanswered:
            raise SendFailed(Remedy.UNKNOWN, "o provedor não respondeu a tempo") from None
        if status == 200:
            return Sent(str(json.loads(answer)["id"]))
        remedy, reason = REMEDIES.get(status, (Remedy.GIVE_UP, "o provedor recusou a mensagem"))
        raise SendFailed(remedy, f"{status}: {reason}")

    async def show_working(self, recipient: Recipient) -> None:
        """See ``SendingChannel.show_working``; this provider has nothing of the kind."""
