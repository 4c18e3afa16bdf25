"""Meta's Cloud API, played by a small server, with the people who have WhatsApp behind it.

It refuses what the real one refuses, by the documented codes; an overlong field fails the whole
message. Its webhooks are signed, and come again until they are taken:

    async with WhatsAppServer.open() as whatsapp:
        whatsapp.webhook_url = ...
        maria = whatsapp.person("Maria")
        await maria.say("oi")
        (answer,) = await maria.hears(1)
        await maria.pick("2ª via da conta")
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

PATIENCE_SECONDS = 60
NUMBER_ID = "106540352242922"
ACCOUNT_ID = "102290129340398"
APP_ID = "188559381496048"
OTHER_NUMBER_ID = "999990000099999"
ACCESS_TOKEN = "EAAG-access-token-of-the-tests"
APP_SECRET = "0123456789abcdef0123456789abcdef"
VERIFY_TOKEN = "verify-token-of-the-tests"
EPOCH = 1_790_000_000
BURST, PAIR_SECONDS = 45, 6.0

Json = dict[str, Any]


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, code: int, details: str = "", status: int = 400) -> None:
        super().__init__(details)
        self.code = code
        self.details = details
        self.status = status


@dataclass(frozen=True)
class Shown:
    """A message as a person sees it."""

    id: str
    type: str
    text: str  # the words, or the caption
    titles: list[str]  # of buttons and rows
    choices: list[str]  # their whole words, of which a row's title may be only the beginning
    document: bytes | None = None
    image: bytes | None = None
    filename: str | None = None
    link: str | None = None
    key: str | None = None
    body: Json = field(default_factory=dict)


@dataclass
class Person:
    """Somebody with WhatsApp on their telephone; without ``phone`` only their scoped id shows."""

    whatsapp: WhatsAppServer
    name: str
    phone: str | None
    user_id: str
    shown: list[Shown] = field(default_factory=list)
    typing: int = 0
    read: int = 0

    @property
    def contact(self) -> Json:
        contact: Json = {"profile": {"name": self.name}, "user_id": self.user_id}
        return contact | ({"wa_id": self.phone} if self.phone else {})

    def message(self, kind: str, content: Json, **beside: Any) -> Json:
        """A message of theirs, as a webhook has it."""
        author = {"from_user_id": self.user_id} | ({"from": self.phone} if self.phone else {})
        id_ = f"wamid.{next(self.whatsapp.ids)}"
        timestamp = str(self.whatsapp.now)
        return author | {"id": id_, "timestamp": timestamp, "type": kind, kind: content} | beside

    async def say(self, text: str) -> None:
        await self.send("text", {"body": text})

    async def send(self, kind: str, content: Json, **beside: Any) -> None:
        await self.whatsapp.tell(messages=[self.message(kind, content, **beside)], people=[self])

    async def pick(self, title: str) -> None:
        """Press the newest button, or choose the newest row, of this title."""
        kind, reply = self.reply(title)
        await self.send("interactive", {"type": kind, kind: reply})

    def reply(self, title: str) -> tuple[str, Json]:
        """The newest button or row of this title, as it would come back."""
        for shown in reversed(self.shown):
            for kind, reply in _replies(shown.body):
                if title in (reply["title"], _words(reply)):
                    return kind, reply
        raise AssertionError(f"there is nothing {title!r} to pick")

    def number_of(self, title: str) -> str | None:
        """The number before this title, if the newest message numbers what can be picked."""
        numbered = rf"^(\d+)\. {re.escape(title)}(?::|$)"
        found = re.search(numbered, self.shown[-1].text, re.MULTILINE) if self.shown else None
        return found[1] if found else None

    async def hears(self, count: int) -> list[Shown]:
        """The next messages, once there are as many."""
        await self.whatsapp.until(lambda: len(self.shown) >= self.read + count)
        new, self.read = self.shown[self.read : self.read + count], self.read + count
        return new


class WhatsAppServer:
    """The provider's side."""

    def __init__(self) -> None:
        self.base_url = ""
        self.webhook_url = ""
        self.now = EPOCH
        self.limits_pairs = False
        self.reports = True  # send statuses of what was delivered
        self.sent: list[Json] = []
        self.uploads = 0
        self.refusals: deque[Refusal | str] = deque()
        self.ids = itertools.count(1)
        self.deliveries: list[int] = []  # statuses that our webhook answered
        self.prefix = "wamid.out"  # of the ids of what is sent
        self.registered = True
        self.subscribed_fields = ["messages"]
        self.subscribed_apps = [APP_ID]
        self.token_expires_at = 0
        self._people: list[Person] = []
        self._media: dict[str, tuple[bytes, str]] = {}
        self._budget: dict[str, tuple[float, float]] = {}
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[WhatsAppServer]:
        server = cls()
        app = web.Application(client_max_size=120_000_000)
        app.router.add_post("/{version}/{number}/messages", server._serve)
        app.router.add_post("/{version}/{number}/media", server._serve)
        app.router.add_get("/{version}/{number}/{edge}", server._serve)
        app.router.add_get("/{version}/{number}", server._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        server._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60))
        try:
            yield server
        finally:
            for task in server._tasks:
                task.cancel()
            await asyncio.gather(*server._tasks, return_exceptions=True)
            await server._http.close()
            await runner.cleanup()

    # -- for tests ------------------------------------------------------------------------------

    def person(self, name: str = "Maria", phone: str | None = "") -> Person:
        number = len(self._people) + 1
        if phone == "":
            phone = f"55919800000{number:02d}"
        person = Person(self, name, phone, f"BR.{1_500_000_000_000_000 + number}")
        self._people.append(person)
        return person

    def refuse(self, code: int, details: str = "", status: int = 400) -> None:
        """Refuse the next message."""
        self.refusals.append(Refusal(code, details, status))

    def break_off(self, after: bool = True) -> None:
        """Close the connection at the next message, after or before it is taken."""
        self.refusals.append("after" if after else "before")

    def forget_media(self) -> None:
        self._media.clear()

    async def meanwhile(self, condition: Callable[[], bool]) -> None:
        """Let the clock run until something holds that may not show here."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "it never came to pass"
            self.now += 1
            await asyncio.sleep(0.02)  # polling a condition; the deadline above bounds it

    async def settled(self) -> None:
        """Return once nothing is under way any more, such as statuses."""
        while under_way := self._tasks - {asyncio.current_task()}:
            await asyncio.gather(*under_way, return_exceptions=True)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), PATIENCE_SECONDS)

    async def tell(self, people: list[Person] | None = None, **value: Any) -> None:
        """Deliver one change to our webhook, again until it is taken."""
        await self.deliver(payload(contacts=[one.contact for one in people or []], **value))

    async def deliver(self, content: Json) -> None:
        """Deliver a payload, again until it is taken."""
        while await self.post(json.dumps(content).encode()) >= 300:
            await asyncio.sleep(0)

    async def post(self, body: bytes, signature: str | None = None) -> int:
        """Post a body once, properly signed unless said otherwise; returns the status."""
        signed = "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": signed if signature is None else signature}
        async with self._http.post(self.webhook_url, data=body, headers=headers) as response:
            self.deliveries.append(response.status)
            self._note()
            return response.status

    async def shake_hands(self, **query: str) -> tuple[int, str]:
        async with self._http.get(self.webhook_url, params=query) as response:
            return response.status, await response.text()

    # -- the API --------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            if request.headers.get("Authorization") == f"Bearer {APP_ID}|{APP_SECRET}":
                return web.json_response(self._known_to_the_app(request))
            if request.headers.get("Authorization") != f"Bearer {ACCESS_TOKEN}":
                raise Refusal(190, "Invalid OAuth access token", 401)
            if request.match_info["number"] in ("app", ACCOUNT_ID):
                return web.json_response(self._known_to_the_token(request))
            if request.match_info["number"] != NUMBER_ID:
                raise Refusal(100, "Unsupported request. Object with ID does not exist")
            if request.method == "GET":
                return web.json_response(self._number(request.query))
            if request.path.endswith("/media"):
                return web.json_response({"id": await self._upload(request)})
            return await self._message(request)
        except Refusal as refusal:
            error = {
                "message": f"(#{refusal.code}) refused",
                "code": refusal.code,
                "error_data": {"messaging_product": "whatsapp", "details": refusal.details},
            }
            return web.json_response({"error": error}, status=refusal.status)
        finally:
            self._note()

    def _number(self, query: Any) -> Json:
        proof = hmac.new(APP_SECRET.encode(), ACCESS_TOKEN.encode(), hashlib.sha256).hexdigest()
        if query.get("appsecret_proof", proof) != proof:
            raise Refusal(100, "Invalid appsecret_proof provided in the API argument")
        return {
            "id": NUMBER_ID,
            "display_phone_number": "+55 91 3217-0000",
            "verified_name": "Luz do Norte",
            "platform_type": "CLOUD_API" if self.registered else "NOT_APPLICABLE",
            "webhook_configuration": {"application": self.webhook_url},
        }

    def _known_to_the_token(self, request: web.Request) -> Json:
        if request.match_info["number"] == "app":
            return {"id": APP_ID, "name": "Clara"}
        if request.match_info["edge"] == "phone_numbers":
            return {"data": [{"id": OTHER_NUMBER_ID}, {"id": NUMBER_ID}]}
        apps = [{"whatsapp_business_api_data": {"id": id_}} for id_ in self.subscribed_apps]
        return {"data": apps}

    def _known_to_the_app(self, request: web.Request) -> Json:
        if request.match_info["number"] == "debug_token":
            assert request.query["input_token"] == ACCESS_TOKEN
            scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]
            granted = [{"scope": scope, "target_ids": [ACCOUNT_ID]} for scope in scopes]
            return {
                "data": {
                    "app_id": APP_ID,
                    "scopes": scopes,
                    "granular_scopes": granted,
                    "expires_at": self.token_expires_at,
                }
            }
        fields = [{"name": name, "version": "v25.0"} for name in self.subscribed_fields]
        subscription = {"object": "whatsapp_business_account", "active": True, "fields": fields}
        return {"data": [subscription]}

    async def _upload(self, request: web.Request) -> str:
        form = await request.post()
        if form.get("messaging_product") != "whatsapp":
            raise Refusal(100, "The parameter messaging_product is required.")
        upload = form["file"]
        assert isinstance(upload, web.FileField)
        if form["type"] not in ("application/pdf", "image/png", "image/jpeg"):
            raise Refusal(131053, "Unsupported media type")
        self.uploads += 1
        media_id = f"media{self.uploads}"
        self._media[media_id] = (upload.file.read(), upload.filename)
        return media_id

    async def _message(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        planned = self.refusals.popleft() if self.refusals else None
        if isinstance(planned, Refusal):
            raise planned
        if planned == "before":
            return _cut(request)
        if body.get("messaging_product") != "whatsapp":
            raise Refusal(100, "The parameter messaging_product is required.")
        answer = self._mark_read(body) if body.get("status") == "read" else self._take(body)
        if planned == "after":
            return _cut(request)
        return web.json_response(answer)

    def _mark_read(self, body: Json) -> Json:
        if not str(body.get("message_id", "")).startswith("wamid."):
            raise Refusal(131009, "message_id")
        for person in self._people:
            person.typing += bool(body.get("typing_indicator"))
        return {"success": True}

    def _take(self, body: Json) -> Json:
        check(body)
        person = self._recipient(body)
        self._spend(person)
        id_ = f"{self.prefix}{next(self.ids)}"
        shown = self._shown(id_, body)
        person.shown.append(shown)
        self.sent.append(body)
        if self.reports and self.webhook_url:
            self.see_to(self._report(person, shown))
        contact = {"input": body.get("to"), "wa_id": person.phone}
        if "recipient" in body:
            contact = {"input": body["recipient"], "user_id": person.user_id}
        return {"contacts": [contact], "messages": [{"id": id_}]}

    def _recipient(self, body: Json) -> Person:
        to, recipient = body.get("to"), body.get("recipient")
        if to is not None and not to.startswith("+"):
            raise Refusal(131026, "Message undeliverable")  # our country's code went in front
        for person in self._people:
            if person.user_id == recipient or (person.phone and f"+{person.phone}" == to):
                return person
        raise Refusal(131026, "Message undeliverable")

    def _spend(self, person: Person) -> None:
        """One message every six seconds, 45 of them in advance."""
        if not self.limits_pairs:
            return
        left, at = self._budget.get(person.user_id, (float(BURST), float(self.now)))
        left = min(BURST, left + (self.now - at) / PAIR_SECONDS)
        if left < 1:
            raise Refusal(131056, "Too many messages sent from this number to the same one")
        self._budget[person.user_id] = (left - 1, self.now)

    def _shown(self, id_: str, body: Json) -> Shown:
        kind = body["type"]
        content = body[kind]
        media = content if kind in ("document", "image") else content.get("header", {})
        media_kind = kind if kind in ("document", "image") else media.get("type")
        media = media if kind in ("document", "image") else media.get(media_kind or "", {})
        data = None
        if media_kind:
            if media.get("id") not in self._media:
                raise Refusal(131053, "Media upload error")
            data = self._media[media["id"]][0]
        words = content.get("body", "") if kind == "text" else content.get("caption", "")
        if kind == "interactive":
            words = content["body"]["text"]
        action = content.get("action", {}) if kind == "interactive" else {}
        return Shown(
            id=id_,
            type=content["type"] if kind == "interactive" else kind,
            text=words,
            titles=[reply["title"] for _, reply in _replies(body)],
            choices=[_words(reply) for _, reply in _replies(body)],
            document=data if media_kind == "document" else None,
            image=data if media_kind == "image" else None,
            filename=media.get("filename"),
            link=action.get("parameters", {}).get("url"),
            key=body.get("biz_opaque_callback_data"),
            body=body,
        )

    async def _report(self, person: Person, shown: Shown) -> None:
        for status in ("sent", "delivered"):
            await self.tell(statuses=[self.status(person, shown, status)])

    def status(self, person: Person, shown: Shown, status: str, **beside: Any) -> Json:
        return {
            "id": shown.id,
            "status": status,
            "timestamp": str(self.now),
            "recipient_user_id": person.user_id,
            "biz_opaque_callback_data": shown.key,
        } | beside

    def see_to(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _note(self) -> None:
        async def note() -> None:
            async with self._changed:
                self._changed.notify_all()

        self.see_to(note())


def payload(number: str = NUMBER_ID, **value: Any) -> Json:
    """A webhook body with one change."""
    metadata = {"display_phone_number": "559132170000", "phone_number_id": number}
    content = {"messaging_product": "whatsapp", "metadata": metadata} | value
    change = {"field": "messages", "value": content}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": ACCOUNT_ID, "changes": [change]}],
    }


def check(body: Json) -> None:
    """Refuse what breaks a limit of the reference."""
    kind = body.get("type")
    content = body.get(kind) if isinstance(kind, str) else None
    if not isinstance(content, dict):
        raise Refusal(100, "Invalid parameter: type")
    unknown = set(body) - {
        "messaging_product", "recipient_type", "to", "recipient", "type", kind,
        "biz_opaque_callback_data",
    }  # fmt: skip
    if unknown or ("to" in body) == ("recipient" in body):
        raise Refusal(100, f"Unexpected key {unknown}")
    _within(body.get("biz_opaque_callback_data", "x"), 1, 512, "biz_opaque_callback_data")
    if kind == "text":
        _within(content["body"], 1, 4096, "text.body")
    elif kind in ("document", "image"):
        _within(content.get("caption", "x"), 1, 1024, "caption")
        if kind == "image" and "filename" in content:
            raise Refusal(100, "Unexpected key filename")
    elif kind == "interactive":
        _check_interactive(content)
    elif kind == "template":
        if not content.get("name") or not content.get("language", {}).get("code"):
            raise Refusal(132001, "Template name does not exist")
    else:
        raise Refusal(100, f"unsupported type {kind}")


def _check_interactive(content: Json) -> None:
    kind, action = content["type"], content["action"]
    _within(content["body"]["text"], 1, 1024, "interactive.body")
    if kind == "button":
        replies = [button["reply"] for button in action["buttons"]]
        _count(replies, 1, 3, "buttons")
        titles = [reply["title"] for reply in replies]
        for reply in replies:
            _within(reply["title"], 1, 20, "button title")
            _within(reply["id"], 1, 256, "button id")
            if reply["id"] != reply["id"].strip():
                raise Refusal(131009, "button id with spaces around it")
        if len(set(titles)) != len(titles):
            raise Refusal(131009, "button titles repeat")
    elif kind == "list":
        if content.get("header", {"type": "text"})["type"] != "text":
            raise Refusal(131009, "a list takes a text header only")
        _within(action["button"], 1, 20, "list button")
        rows = [row for section in action["sections"] for row in section["rows"]]
        _count(rows, 1, 10, "rows")
        for row in rows:
            _within(row["title"], 1, 24, "row title")
            _within(row["id"], 1, 200, "row id")
            _within(row.get("description", "x"), 1, 72, "row description")
    elif kind == "cta_url":
        _within(action["parameters"]["display_text"], 1, 20, "display_text")
    else:
        raise Refusal(100, f"unsupported interactive {kind}")


def _within(text: str, least: int, most: int, name: str) -> None:
    if not least <= len(text) <= most:
        raise Refusal(131009, f"{name} has {len(text)} characters, at most {most} are allowed")


def _count(items: list[Any], least: int, most: int, name: str) -> None:
    if not least <= len(items) <= most:
        raise Refusal(131009, f"{len(items)} {name}, at most {most} are allowed")


def _replies(body: Json) -> list[tuple[str, Json]]:
    """What can be picked in a message, as it would come back."""
    action = body.get("interactive", {}).get("action", {})
    found = [("button_reply", button["reply"]) for button in action.get("buttons", [])]
    for section in action.get("sections", []):
        found += [("list_reply", row) for row in section["rows"]]
    return found


def _words(reply: Json) -> str:
    """A title that is too long for a row goes on in the description."""
    title, description = reply["title"], reply.get("description", "")
    goes_on = title.endswith("…") and description.startswith(title[:-1].rstrip())
    return description.split(": ")[0] if goes_on else title


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
