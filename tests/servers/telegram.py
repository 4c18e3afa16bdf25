"""Telegram, played by a small server: its Bot API, its webhooks, and the customers behind it.

What it refuses, and in which words, is what the real one refuses (tdlib/telegram-bot-api). Its
clock is its own, so that nobody has to wait:

    async with TelegramServer.open() as telegram:
        maria = telegram.customer("Maria")
        maria.say("oi")
        (answer,) = await maria.hears(1)
        maria.tap("Pagar com Pix")
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp
from aiohttp import web

PATIENCE_SECONDS = 60
BOT_ID = 7_000_000_001
TOKEN = f"{BOT_ID}:AAF-a-token-of-the-tests-0123456789abc"
EPOCH = 1_790_000_000
MESSAGE_SECONDS = 24 * 60 * 60
QUERY_SECONDS = 150

Update = dict[str, Any]


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True)
class Call:
    """One call of ours."""

    method: str
    parameters: dict[str, Any]
    files: dict[str, bytes]


@dataclass(frozen=True)
class Shown:
    """A message as a customer sees it: without tags, with its buttons."""

    message_id: int
    text: str  # or the caption
    codes: list[str]  # what a tap on the text copies
    buttons: list[dict[str, Any]]
    document: bytes | None = None
    photo: bytes | None = None
    filename: str | None = None

    @property
    def titles(self) -> list[str]:
        return [button["text"] for button in self.buttons if "callback_data" in button]

    @property
    def copies(self) -> list[str]:
        """Everything that can be copied in one tap."""
        pressed = [one["copy_text"]["text"] for one in self.buttons if "copy_text" in one]
        return pressed + self.codes


@dataclass
class Customer:
    """Somebody with Telegram on their telephone."""

    telegram: TelegramServer
    id: int
    name: str
    blocked: bool = False
    deactivated: bool = False
    shown: list[Shown] = field(default_factory=list)
    typing: int = 0
    alerts: list[str] = field(default_factory=list)
    read: int = 0

    @property
    def chat(self) -> dict[str, Any]:
        return {"id": self.id, "first_name": self.name, "type": "private"}

    @property
    def user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "pt-br"}

    def say(self, text: str) -> Update:
        return self.send(text=text)

    def send(self, **content: Any) -> Update:
        """Send any kind of message: ``send(voice={...})``."""
        message = {
            "message_id": next(self.telegram.message_ids),
            "from": self.user,
            "chat": self.chat,
            "date": self.telegram.now,
        }
        return self.telegram.happens(message=message | content)

    def tap(self, title: str) -> Update:
        """Press the newest button with this title."""
        for shown in reversed(self.shown):
            for button in shown.buttons:
                if button["text"] == title and "callback_data" in button:
                    return self.press(button["callback_data"], shown.message_id)
        raise AssertionError(f"there is no button {title!r}")

    def press(self, data: str, message_id: int = 1, **message: Any) -> Update:
        under = {"message_id": message_id, "chat": self.chat, "date": self.telegram.now} | message
        query_id = str(next(self.telegram.query_ids))
        self.telegram.open_queries[query_id] = self.telegram.now
        return self.telegram.happens(
            callback_query={
                "id": query_id,
                "from": self.user,
                "message": under,
                "chat_instance": "1",
                "data": data,
            }
        )

    def block(self, blocked: bool = True) -> Update:
        self.blocked = blocked
        status = ("member", "kicked") if blocked else ("kicked", "member")
        return self.telegram.happens(
            my_chat_member={
                "chat": self.chat,
                "from": self.user,
                "date": self.telegram.now,
                "old_chat_member": {"status": status[0]},
                "new_chat_member": {"status": status[1]},
            }
        )

    async def hears(self, count: int) -> list[Shown]:
        """The next messages, once there are as many."""
        await self.telegram.until(lambda: len(self.shown) >= self.read + count)
        new, self.read = self.shown[self.read : self.read + count], self.read + count
        return new


@dataclass
class Webhook:
    url: str
    secret: str
    allowed: list[str]


class TelegramServer:
    """The provider's side."""

    def __init__(self) -> None:
        self.base_url = ""
        self.token = TOKEN
        self.now = EPOCH
        self.retry_seconds = 0.01  # in place of the first, at once, and then 2, 4, 8 s
        self.per_chat: float | None = None  # seconds between two messages; None: as fast as it goes
        self.calls: list[Call] = []
        self.refusals: defaultdict[str, deque[Refusal | str]] = defaultdict(deque)
        self.webhook: Webhook | None = None
        self.last_error: str | None = None
        self.commands: list[dict[str, str]] = []
        self.left: list[int] = []
        self.groups: dict[int, str] = {}
        self.group_messages: list[tuple[int, str]] = []
        self.message_ids = itertools.count(100)
        self.query_ids = itertools.count(9_000_000_000_000_001)
        self.open_queries: dict[str, float] = {}
        self.answered: list[str] = []
        self.deliveries: list[tuple[int, int]] = []  # update id, status
        self.pending: list[Update] = []
        self.confirmed = 0
        self._customers: dict[int, Customer] = {}
        self.uploads = 0
        self._files: dict[str, tuple[bytes, str]] = {}
        self._update_ids = itertools.count(500_000)
        self._next_set_webhook = 0.0
        self._free_at: dict[int, float] = {}
        self._poll = 0
        self._deliverers: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Condition()
        self._http: aiohttp.ClientSession
        self._notes: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[TelegramServer]:
        server = cls()
        app = web.Application(client_max_size=60_000_000)
        app.router.add_post("/bot{token}/{method}", server._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        server.base_url = f"http://127.0.0.1:{port}"
        server._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60))
        try:
            yield server
        finally:
            for task in [*server._deliverers.values(), *server._notes]:
                task.cancel()
            await asyncio.gather(
                *server._deliverers.values(), *server._notes, return_exceptions=True
            )
            await server._http.close()
            await runner.cleanup()

    # -- for tests ------------------------------------------------------------------------------

    def customer(self, name: str = "Maria", id_: int | None = None) -> Customer:
        customer = Customer(self, id_ or 5_550_000_001 + len(self._customers), name)
        self._customers[customer.id] = customer
        return customer

    def group(self, id_: int = -100_200_300, kind: str = "supergroup") -> int:
        self.groups[id_] = kind
        return id_

    def refuse(self, method: str, status: int, description: str, **parameters: Any) -> None:
        """Refuse the next call of a method."""
        self.refusals[method].append(Refusal(status, description, **parameters))

    def break_off(self, method: str, after: bool = True) -> None:
        """Close the connection in the next call of a method, after or before it is done."""
        self.refusals[method].append("after" if after else "before")

    async def advance(self, seconds: float) -> None:
        """Let time pass; fits where something wants to wait."""
        self.now += seconds
        await asyncio.sleep(0)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [call.parameters for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something about this server is so."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), PATIENCE_SECONDS)

    def happens(self, **content: Any) -> Update:
        """Something that the bot is told: by the webhook, or when it asks."""
        update = {"update_id": next(self._update_ids), **content}
        self.pending.append(update)
        self._deliver(_queue(update))
        self._note()
        return update

    # -- webhooks -------------------------------------------------------------------------------

    def _deliver(self, queue: str) -> None:
        if self.webhook and queue not in self._deliverers:
            self._deliverers[queue] = asyncio.create_task(self._deliver_queue(queue))

    async def _deliver_queue(self, queue: str) -> None:
        """One update of a queue at a time, each until it is taken or nobody waits for it."""
        try:
            while update := next((one for one in self.pending if _queue(one) == queue), None):
                if self.webhook is None:
                    return
                if self._is_stale(update) or await self._post(self.webhook, update):
                    self.pending.remove(update)
                else:
                    await asyncio.sleep(self.retry_seconds)
                self._note()
        finally:
            self._deliverers.pop(queue, None)

    async def _post(self, webhook: Webhook, update: Update) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret}
        try:
            async with self._http.post(webhook.url, json=update, headers=headers) as response:
                status = response.status
        except aiohttp.ClientError:
            status = 0
        self.deliveries.append((update["update_id"], status))
        if 200 <= status < 300:
            return True
        self.last_error = f"Wrong response from the webhook: {status}"
        return False

    def _is_stale(self, update: Update) -> bool:
        if "callback_query" in update:
            asked = self.open_queries.get(update["callback_query"]["id"], self.now)
            return self.now - asked > QUERY_SECONDS
        date = update.get("message", {}).get("date", self.now)
        return isinstance(date, int) and self.now - date > MESSAGE_SECONDS

    # -- the API --------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            if request.match_info["token"] != self.token:
                raise Refusal(401, "Unauthorized")
            call = await _read(request, method)
            self.calls.append(call)
            planned = self.refusals[method].popleft() if self.refusals[method] else None
            if isinstance(planned, Refusal):
                raise planned
            if planned == "before":
                return _cut(request)
            result = await self._do(call)
            if planned == "after":
                return _cut(request)
        except Refusal as refusal:
            answer: dict[str, Any] = {
                "ok": False,
                "error_code": refusal.status,
                "description": refusal.description,
            }
            if refusal.parameters:
                answer["parameters"] = refusal.parameters
            return web.json_response(answer, status=refusal.status)
        finally:
            self._note()
        return web.json_response({"ok": True, "result": result})

    async def _do(self, call: Call) -> Any:
        todo = getattr(
            self, f"_{re.sub('([A-Z])', lambda m: '_' + m[1].lower(), call.method)}", None
        )
        if todo is None:
            raise Refusal(404, "Not Found: method not found")
        result = todo(call)
        return await result if asyncio.iscoroutine(result) else result

    def _get_me(self, _: Call) -> Any:
        return {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Clara",
            "username": "clara_de_teste_bot",
            "can_join_groups": False,
        }

    def _get_webhook_info(self, _: Call) -> Any:
        info: dict[str, Any] = {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.webhook:
            info["allowed_updates"] = self.webhook.allowed
        if self.last_error:
            info |= {"last_error_date": int(self.now), "last_error_message": self.last_error}
        return info

    def _set_webhook(self, call: Call) -> Any:
        secret = call.parameters.get("secret_token", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        if self.now < self._next_set_webhook:
            raise Refusal(429, "Too Many Requests: retry after 1", retry_after=1)
        self._next_set_webhook = self.now + 1
        url = call.parameters.get("url", "")
        allowed = call.parameters.get("allowed_updates", [])
        self.webhook = Webhook(url, secret, allowed) if url else None
        self._poll += 1
        for update in list(self.pending):
            self._deliver(_queue(update))
        return True

    def _delete_webhook(self, _: Call) -> Any:
        self.webhook = None
        return True

    async def _get_updates(self, call: Call) -> Any:
        if self.webhook:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._poll += 1
        mine = self._poll
        offset = call.parameters.get("offset", 0)
        for update in [one for one in self.pending if one["update_id"] < offset]:
            self.pending.remove(update)
            self.confirmed += 1
        self._note()
        await self.until_or(
            call.parameters.get("timeout", 0), lambda: bool(self.pending) or mine != self._poll
        )
        if self.webhook:
            raise Refusal(409, "Conflict: terminated by setWebhook request")
        if mine != self._poll:
            raise Refusal(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        return self.pending[: call.parameters.get("limit", 100)]

    async def until_or(self, seconds: float, condition: Callable[[], bool]) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            async with self._changed:
                await asyncio.wait_for(self._changed.wait_for(condition), seconds or 0.001)

    def _set_my_commands(self, call: Call) -> Any:
        commands = call.parameters["commands"]
        if len(commands) > 100:
            raise Refusal(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = commands
        return True

    def _answer_callback_query(self, call: Call) -> Any:
        asked = self.open_queries.pop(call.parameters["callback_query_id"], None)
        if asked is None or self.now - asked > QUERY_SECONDS:
            raise Refusal(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        self.answered.append(call.parameters["callback_query_id"])
        return True

    def _send_chat_action(self, call: Call) -> Any:
        if call.parameters.get("action") != "typing":
            raise Refusal(400, "Bad Request: wrong parameter action in request")
        self._reachable(call).typing += 1
        return True

    def _leave_chat(self, call: Call) -> Any:
        chat_id = call.parameters["chat_id"]
        if self.groups.pop(chat_id, None) is None:
            raise Refusal(400, "Bad Request: chat not found")
        self.left.append(chat_id)
        return True

    def _send_message(self, call: Call) -> Any:
        chat_id = call.parameters["chat_id"]
        if chat_id in self.groups:
            self.group_messages.append((chat_id, call.parameters["text"]))
            return {"message_id": next(self.message_ids)}
        customer = self._reachable(call)
        text, codes = _parsed(call.parameters, "text")
        if not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if _utf16(text) > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        return self._show(customer, text, codes, call)

    def _send_document(self, call: Call) -> Any:
        return self._send_file(call, "document")

    def _send_photo(self, call: Call) -> Any:
        return self._send_file(call, "photo")

    def _send_file(self, call: Call, kind: str) -> Any:
        customer = self._reachable(call)
        caption, codes = _parsed(call.parameters, "caption")
        if _utf16(caption) > 1024:
            raise Refusal(400, "Bad Request: message caption is too long")
        if kind in call.files:
            data, filename = call.files[kind], call.parameters[f"{kind}_filename"]
            if len(data) > (10_000_000 if kind == "photo" else 50_000_000):
                raise Refusal(413, "Request Entity Too Large")
            if not data:
                raise Refusal(400, "Bad Request: file must be non-empty")
            self.uploads += 1
            file_id = f"{kind}-{self.uploads}"
            self._files[file_id] = (data, filename)
        else:
            file_id = call.parameters.get(kind, "")
            if file_id not in self._files:
                raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
            data, filename = self._files[file_id]
        result = self._show(customer, caption, codes, call, **{kind: data, "filename": filename})
        sized = {"file_id": file_id, "file_unique_id": "u"}
        small = {"file_id": f"{file_id}-small", "file_unique_id": "s"}
        return {**result, kind: [small, sized] if kind == "photo" else sized}

    def forget_files(self) -> None:
        """As Telegram may, one day."""
        self._files.clear()

    def _show(
        self, customer: Customer, text: str, codes: list[str], call: Call, **more: Any
    ) -> dict[str, Any]:
        buttons = list(_buttons(call.parameters.get("reply_markup")))
        self._throttle(customer.id)
        shown = Shown(next(self.message_ids), text, codes, buttons, **more)
        customer.shown.append(shown)
        return {"message_id": shown.message_id, "chat": customer.chat, "date": int(self.now)}

    def _throttle(self, chat_id: int) -> None:
        if self.per_chat is None:
            return
        wait = self._free_at.get(chat_id, 0.0) - self.now
        if wait > 0:
            seconds = max(1, round(wait))
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        self._free_at[chat_id] = self.now + self.per_chat

    def _reachable(self, call: Call) -> Customer:
        customer = self._customers.get(call.parameters.get("chat_id", 0))
        if customer is None:
            raise Refusal(400, "Bad Request: chat not found")
        if customer.deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        if customer.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return customer

    def _note(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.get_running_loop().create_task(notify())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)


def _queue(update: Update) -> str:
    """Telegram keeps one line for a chat's messages, another for a person's taps."""
    if "callback_query" in update:
        return f"taps of {update['callback_query']['from']['id']}"
    content = next((one for one in update.values() if isinstance(one, dict)), {})
    chat = content.get("chat")
    return f"chat {chat.get('id') if isinstance(chat, dict) else None}"


async def _read(request: web.Request, method: str) -> Call:
    if request.content_type == "application/json":
        return Call(method, await request.json(), {})
    parameters: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
            parameters[f"{name}_filename"] = value.filename
            parameters[f"{name}_type"] = value.content_type
        elif name in ("chat_id", "reply_markup", "link_preview_options"):
            parameters[name] = json.loads(str(value))
        else:
            parameters[name] = value
    return Call(method, parameters, files)


def _cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _parsed(parameters: dict[str, Any], name: str) -> tuple[str, list[str]]:
    text = parameters.get(name, "")
    mode = parameters.get("parse_mode")
    if mode is None:
        return text, []
    if mode != "HTML":
        raise Refusal(400, "Bad Request: unsupported parse_mode")
    reader = _Markup()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise Refusal(
            400,
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag "
            f'"{reader.open[-1]}"',
        )
    return "".join(reader.text), reader.codes


class _Markup(HTMLParser):
    """Telegram's HTML."""

    TAGS = frozenset(
        {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a",
         "blockquote", "tg-spoiler", "span"}
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.codes: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.TAGS:
            raise Refusal(
                400,
                f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}" '
                f"at byte offset {self.getpos()[1]}",
            )
        self.open.append(tag)
        if tag == "code":
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refusal(400, "Bad Request: can't parse entities: Unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if "code" in self.open:
            self.codes[-1] += data


def _buttons(markup: Any) -> Iterator[dict[str, Any]]:
    rows = (markup or {}).get("inline_keyboard", [])
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise Refusal(400, "Bad Request: reply markup is too long")
    for button in itertools.chain(*rows):
        if not button.get("text"):
            raise Refusal(400, "Bad Request: inline keyboard button text must be non-empty")
        if len({"callback_data", "url", "copy_text"} & set(button)) != 1:
            raise Refusal(400, "Bad Request: text buttons are unallowed in the inline keyboard")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        if "copy_text" in button and not 1 <= _utf16(button["copy_text"]["text"]) <= 256:
            raise Refusal(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")
        if "url" in button and not re.match(r"https?://[^/:?#]+\.[^/:?#]+", button["url"]):
            raise Refusal(
                400,
                f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: "
                "Wrong HTTP URL specified",
            )
        yield button
