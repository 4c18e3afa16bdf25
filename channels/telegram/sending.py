"""The sending half: one request, one call, and what it means when it fails."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from channels.calls import DEADLINE, UPLOAD_DEADLINE, NotSent, Unanswered, Upload
from channels.message import OutgoingMessage
from channels.sending import ReadAttachment, Recipient, Remedy, Request, SendFailed, Sent
from channels.telegram import rendering
from channels.telegram.api import ApiError, BotApi
from channels.telegram.failures import failure_of
from channels.telegram.html import plain
from channels.telegram.updates import NAME
from channels.uploads import Uploads, digest

_FIELDS = {"sendPhoto": "photo", "sendDocument": "document"}
_MARKED_UP = ("text", "caption")
_WORKING_SECONDS = 3.0

_logger = logging.getLogger(__name__)

Parameters = dict[str, Any]


class TelegramSending:
    """Implements ``channels.sending.SendingChannel``."""

    name = NAME
    capabilities = rendering.CAPABILITIES
    pace = rendering.PACE
    echoes_keys = False

    def __init__(self, api: BotApi, account: str) -> None:
        """Send as the bot ``account``."""
        self.account = account
        self._api = api
        self._files = Uploads()

    def render(self, message: OutgoingMessage) -> Sequence[Request]:
        """See ``SendingChannel.render``."""
        return rendering.render(message)

    async def send(
        self, recipient: Recipient, request: Request, key: str, read: ReadAttachment
    ) -> Sent:
        """See ``SendingChannel.send``; Telegram has no place for ``key``."""
        parameters = {"chat_id": int(recipient.sender.id), **request["parameters"]}
        method, attachment_id = request["method"], request.get("attachment")
        try:
            if attachment_id is None:
                result = await self._call(method, parameters)
            else:
                result = await self._send_file(method, parameters, attachment_id, read)
            return Sent(str(result["message_id"]))
        except (ApiError, NotSent, Unanswered) as error:
            raise failure_of(error) from None

    async def show_working(self, recipient: Recipient) -> None:
        """See ``SendingChannel.show_working``; it is shown for five seconds at most."""
        parameters = {"chat_id": int(recipient.sender.id), "action": "typing"}
        try:
            await self._api.call("sendChatAction", parameters, deadline=_WORKING_SECONDS)
        except (ApiError, NotSent, Unanswered) as error:
            _logger.info("sendChatAction failed: %s %s", type(error).__name__, error)

    async def _send_file(
        self, method: str, parameters: Parameters, attachment_id: str, read: ReadAttachment
    ) -> Any:
        field = _FIELDS[method]
        content = await read(attachment_id)
        if content is None:
            raise SendFailed(Remedy.GIVE_UP, "o documento não está mais guardado")
        file = digest(content)
        if file_id := self._files.find(file):
            try:
                return await self._call(method, {**parameters, field: file_id})
            except ApiError as error:
                if not _is_about_the_file(error):
                    raise
                self._files.forget(file)
        upload = Upload(field, content.filename, content.media_type, content.data)
        result = await self._call(method, parameters, upload)
        if file_id := _file_id(result.get(field)):
            self._files.keep(file, file_id)
        return result

    async def _call(self, method: str, parameters: Parameters, upload: Upload | None = None) -> Any:
        deadline = UPLOAD_DEADLINE if upload else DEADLINE
        try:
            return await self._api.call(method, parameters, upload=upload, deadline=deadline)
        except ApiError as error:
            if "can't parse entities" not in error.description.lower():
                raise
            _logger.error("Telegram takes no markup of ours; the text goes out without")
            return await self._api.call(
                method, _without_markup(parameters), upload=upload, deadline=deadline
            )


def _without_markup(parameters: Parameters) -> Parameters:
    kept = {name: value for name, value in parameters.items() if name != "parse_mode"}
    return kept | {name: plain(kept[name]) for name in _MARKED_UP if name in kept}


def _is_about_the_file(error: ApiError) -> bool:
    return error.status == 400 and "file" in error.description.lower()


def _file_id(sent: Any) -> str | None:
    """Telegram's id of what was sent; of a photo it makes several sizes, the largest last."""
    if isinstance(sent, list):
        sent = sent[-1] if sent else None
    file_id = sent.get("file_id") if isinstance(sent, dict) else None
    return file_id if isinstance(file_id, str) else None
