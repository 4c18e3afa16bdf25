"""The sending half: one request, one call, and what it means when it fails."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels.assistant import Content
from channels.calls import NotSent, Unanswered
from channels.message import OutgoingMessage
from channels.sending import ReadAttachment, Recipient, Remedy, Request, SendFailed, Sent
from channels.uploads import Uploads, digest
from channels.whatsapp import rendering
from channels.whatsapp.failures import GraphError, failure_of
from channels.whatsapp.fields import identifier, items, mapping
from channels.whatsapp.graph import Graph
from channels.whatsapp.people import NAME, is_phone
from channels.whatsapp.settings import WhatsAppSettings

WINDOW = timedelta(hours=24)
"""After what a customer wrote last, by WhatsApp's clock; later only templates may be sent."""

MEDIA_SECONDS = 29 * 24 * 60 * 60
"""That an upload is used again; Meta keeps it for 30 days."""

WINDOW_CLOSED = 131047
"""By Meta's count, which is what holds: in rare cases it differs from ours."""

MEDIA_REFUSED = 131053
_WORKING_SECONDS = 3.0
_OURS = frozenset({"leads", "attachment"})

_logger = logging.getLogger(__name__)

Body = dict[str, Any]


class WhatsAppSending:
    """Implements ``channels.sending.SendingChannel``."""

    name = NAME
    capabilities = rendering.CAPABILITIES
    pace = rendering.PACE
    echoes_keys = True

    def __init__(
        self, graph: Graph, settings: WhatsAppSettings, now: Callable[[], datetime]
    ) -> None:
        """Send as the number of ``settings``."""
        self.account = settings.phone_number_id
        self._graph = graph
        self._settings = settings
        self._now = now
        self._media = Uploads(MEDIA_SECONDS)

    def render(self, message: OutgoingMessage) -> Sequence[Request]:
        """See ``SendingChannel.render``."""
        return rendering.render(message)

    async def send(
        self, recipient: Recipient, request: Request, key: str, read: ReadAttachment
    ) -> Sent:
        """See ``SendingChannel.send``; ``key`` comes back with every status."""
        if self._now() - recipient.heard_at >= WINDOW:
            template = self._template_for(request)
            if template is None:
                raise SendFailed(Remedy.GIVE_UP, "fora da janela de 24 horas")
            request = template
        addressed = _to(recipient) | {"biz_opaque_callback_data": key}
        try:
            return Sent(_id_in(await self._send_or_template(request, addressed, read)))
        except (GraphError, NotSent, Unanswered) as error:
            raise failure_of(error) from None

    async def show_working(self, recipient: Recipient) -> None:
        """See ``SendingChannel.show_working``; it is shown for 25 seconds at most."""
        body = {
            "status": "read",
            "message_id": recipient.message_id,
            "typing_indicator": {"type": "text"},
        }
        try:
            await self._graph.message(body, _WORKING_SECONDS)
        except (GraphError, NotSent, Unanswered) as error:
            _logger.info("the typing indicator failed: %s %s", type(error).__name__, error)

    async def _send_or_template(
        self, request: Request, addressed: Body, read: ReadAttachment
    ) -> Any:
        try:
            return await self._send(request, addressed, read)
        except GraphError as error:
            template = self._template_for(request) if error.code == WINDOW_CLOSED else None
            if template is None:
                raise
            return await self._send(template, addressed, read)

    async def _send(self, request: Request, addressed: Body, read: ReadAttachment) -> Any:
        attachment_id = request.get("attachment")
        if attachment_id is None:
            return await self._graph.message(_body(request) | addressed)
        content = await read(attachment_id)
        if content is None:
            raise SendFailed(Remedy.GIVE_UP, "o documento não está mais guardado")
        file, key = digest(content), addressed["biz_opaque_callback_data"]
        media_id = self._media.find(file, key)
        if media_id:
            try:
                return await self._graph.message(_with_media(request, media_id) | addressed)
            except GraphError as error:
                if error.code != MEDIA_REFUSED:
                    raise
                self._media.forget(file)  # and upload it once more
        media_id = await self._upload(content)
        answer = await self._graph.message(_with_media(request, media_id) | addressed)
        self._media.keep(file, media_id, key)
        return answer

    async def _upload(self, content: Content) -> str:
        try:
            return await self._graph.upload(content.filename, content.media_type, content.data)
        except Unanswered as error:  # nobody has been sent anything: it may be done again
            raise SendFailed(Remedy.RETRY, "o envio do arquivo não terminou") from error

    def _template_for(self, request: Request) -> Request | None:
        """What may stand for a message outside of the window: an approved template, once a turn."""
        settings = self._settings
        if not settings.template or not request.get("leads"):
            return None
        language = {"code": settings.template_language}
        template = {"name": settings.template, "language": language}
        return {"type": "template", "template": template}


def _id_in(answer: Mapping[str, Any]) -> str:
    """WhatsApp's id of what was sent, in the form in which its receipts will be known."""
    sent = items(answer.get("messages"))
    id_ = identifier(mapping(sent[0]).get("id")) if sent else None
    if id_ is None:
        raise Unanswered("no message id")
    return id_


def _to(recipient: Recipient) -> Body:
    """Without the plus, Meta would put our own country's code in front."""
    id_ = recipient.sender.id
    address = {"to": f"+{id_}"} if is_phone(id_) else {"recipient": id_}
    return {"recipient_type": "individual", **address}


def _body(request: Request) -> Body:
    return {name: value for name, value in request.items() if name not in _OURS}


def _with_media(request: Request, media_id: str) -> Body:
    body = copy.deepcopy(_body(request))
    holder = body["interactive"]["header"] if body["type"] == "interactive" else body
    holder[holder["type"]]["id"] = media_id
    return body
