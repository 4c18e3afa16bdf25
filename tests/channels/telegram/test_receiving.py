"""Updates by webhook: verified, parsed, stored, acknowledged; and what Telegram expects beside."""

from __future__ import annotations

import aiohttp
import pytest

from channels.assistant import Medium
from channels.telegram.commands import COMMANDS
from channels.telegram.intake import ONLY_IN_PRIVATE
from tests.channels.recorder import Recorder
from tests.channels.telegram.channel import SECRET, RunningChannel, run_channel
from tests.servers.telegram import TelegramServer

HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def settled(telegram: TelegramServer) -> None:
    """Everything that happened was taken."""
    await telegram.until(lambda: not telegram.pending)


async def post(running: RunningChannel, body: bytes, secret: str | None = SECRET) -> int:
    headers = {"Content-Type": "application/json"} | ({HEADER: secret} if secret else {})
    async with (
        aiohttp.ClientSession() as http,
        http.post(running.url, data=body, headers=headers) as response,
    ):
        assert await response.read() == b""
        return response.status


async def test_a_text_is_accepted(running: RunningChannel, telegram: TelegramServer) -> None:
    maria = telegram.customer("Maria")
    update = maria.say("quero a segunda via")
    await settled(telegram)
    (message,) = running.recorder.accepted
    assert message.text == "quero a segunda via"
    assert (message.sender.channel, message.sender.account) == ("telegram", "7000000001")
    assert message.sender.id == str(maria.id)
    assert message.message_id == f"m{update['message']['message_id']}"
    assert message.sent_at.timestamp() == telegram.now
    assert telegram.deliveries == [(update["update_id"], 200)]


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], SECRET + "x", SECRET.upper(), "é"])
async def test_without_the_secret_nothing_is_read(
    running: RunningChannel, secret: str | None
) -> None:
    body = b'{"update_id":1,"message":{"message_id":1,"date":1,"text":"oi",'
    body += b'"chat":{"id":5,"type":"private"},"from":{"id":5}}}'
    assert await post(running, body, secret) == 403
    assert await post(running, b"nonsense", secret) == 403
    assert running.recorder.accepted == []
    assert await post(running, body) == 200
    assert running.recorder.texts == ["oi"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"update_id":1,"message":{"message_id":1,"te',
        b"[" * 100_000,
        b'{"message":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"update_id":' + b"9" * 10_000 + b"}",
        b'{"message":{"chat":{"id":5,"type":"private"},"message_id":1,"text":"'
        + b"a" * 300_000
        + b'"}}',
    ],
    ids=["empty", "brace", "bytes", "truncated", "deep", "nested", "long number", "huge"],
)
async def test_what_cannot_be_read_is_not_asked_for_again(
    running: RunningChannel, telegram: TelegramServer, body: bytes
) -> None:
    assert await post(running, body) == 200
    assert running.recorder.accepted == []
    telegram.customer().say("e depois?")
    await settled(telegram)
    assert running.recorder.texts == ["e depois?"]


async def test_other_methods_are_refused(running: RunningChannel) -> None:
    async with aiohttp.ClientSession() as http, http.get(running.url) as response:
        assert response.status == 405


async def test_a_repeat_is_taken_and_nothing_happens(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    update = maria.say("oi")
    await settled(telegram)
    telegram.happens(**{key: value for key, value in update.items() if key != "update_id"})
    await settled(telegram)
    assert running.recorder.texts == ["oi"]
    assert running.recorder.repeats == 1


async def test_what_cannot_be_stored_comes_again_and_in_order(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria, jose = telegram.customer("Maria"), telegram.customer("José")
    running.recorder.faults = [RuntimeError("the records are away")] * 2
    first = maria.say("um")
    maria.say("dois")
    await settled(telegram)
    jose.say("e eu")
    await settled(telegram)
    assert running.recorder.texts == ["um", "dois", "e eu"]
    statuses = [status for number, status in telegram.deliveries if number == first["update_id"]]
    assert statuses == [503, 503, 200]


async def test_a_tap_is_a_choice_and_stops_spinning(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    update = maria.press("c_0123456789abcdefghijkl")
    await settled(telegram)
    await telegram.until(lambda: telegram.answered == [update["callback_query"]["id"]])
    (message,) = running.recorder.accepted
    assert message.choice == "c_0123456789abcdefghijkl"
    assert message.text is None
    assert message.sender.id == str(maria.id)


@pytest.mark.parametrize("under", [{"date": 0}, None], ids=["inaccessible", "absent"])
async def test_a_tap_under_an_old_message_is_a_choice_too(
    running: RunningChannel, telegram: TelegramServer, under: dict[str, int] | None
) -> None:
    maria = telegram.customer()
    update = maria.press("c_old", **(under or {}))
    if under is None:
        del update["callback_query"]["message"]
    await settled(telegram)
    await telegram.until(lambda: len(telegram.answered) == 1)
    assert [message.choice for message in running.recorder.accepted] == ["c_old"]


async def test_a_tap_that_is_answered_too_late_is_a_choice_all_the_same(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    update = maria.press("c_late")
    del telegram.open_queries[update["callback_query"]["id"]]  # as after 150 seconds
    await settled(telegram)
    await telegram.until(lambda: len(telegram.called("answerCallbackQuery")) == 1)
    assert telegram.answered == []
    assert [message.choice for message in running.recorder.accepted] == ["c_late"]


async def test_a_tap_on_a_button_of_nobody_stops_spinning(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    telegram.customer().press("não é nosso")
    await telegram.until(lambda: len(telegram.answered) == 1)
    await settled(telegram)
    assert running.recorder.accepted == []


async def test_an_edit_is_left_alone(running: RunningChannel, telegram: TelegramServer) -> None:
    maria = telegram.customer()
    message = maria.say("oi")["message"]
    await settled(telegram)
    telegram.happens(edited_message={**message, "text": "olá", "edit_date": telegram.now})
    await settled(telegram)
    assert running.recorder.texts == ["oi"]


async def test_the_parts_of_an_album_name_it(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    for caption in ("", "paguei esta"):
        last = maria.send(document={"file_id": "f"}, media_group_id="13500", caption=caption)
    maria.say("viu?")
    telegram.happens(message=last["message"])  # a repeat
    await settled(telegram)
    said = [(one.medium, one.caption, one.album) for one in running.recorder.accepted]
    assert said == [
        (Medium.DOCUMENT, "", "13500"),
        (Medium.DOCUMENT, "paguei esta", "13500"),
        (None, "", None),
    ]
    assert len({one.message_id for one in running.recorder.accepted}) == 3


async def test_who_blocks_us_is_sent_nothing_more(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    maria.block()
    maria.block(False)
    maria.say("/start")
    await settled(telegram)
    assert [sender.id for sender in running.recorder.blocked] == [str(maria.id)]
    assert running.recorder.texts == ["oi"]  # heard again


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_a_group_is_declined_once_and_left(
    running: RunningChannel, telegram: TelegramServer, kind: str
) -> None:
    group = telegram.group(kind=kind)
    maria = telegram.customer()
    chat = {"id": group, "type": kind, "title": "Moradores"}
    telegram.happens(
        my_chat_member={
            "chat": chat,
            "from": maria.user,
            "date": telegram.now,
            "old_chat_member": {"status": "left"},
            "new_chat_member": {"status": "member"},
        }
    )
    maria.send(chat=chat, text="/start@clara_de_teste_bot")
    maria.send(chat=chat, text="minha conta é 3001234567")
    await settled(telegram)
    await telegram.until(lambda: telegram.left == [group])
    assert telegram.group_messages == [(group, ONLY_IN_PRIVATE)]
    assert running.recorder.accepted == []


async def test_a_tap_in_a_group_is_answered_and_identifies_nobody(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    maria.press("c_1", chat={"id": telegram.group(), "type": "group"})
    await telegram.until(lambda: len(telegram.answered) == 1)
    await settled(telegram)
    assert running.recorder.accepted == []


async def test_a_group_that_becomes_a_supergroup_keeps_its_name(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    chat = {"id": -55, "type": "group"}
    telegram.customer().send(chat=chat, migrate_to_chat_id=-100_55)
    await settled(telegram)
    assert running.recorder.renames == [("-55", "-10055")]


async def test_a_start_registers_webhook_and_menu(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    (asked,) = telegram.called("setWebhook")
    assert asked == {
        "url": running.url,
        "secret_token": SECRET,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
        "drop_pending_updates": False,
    }
    assert [one["command"] for one in telegram.commands] == ["start", "menu", "ajuda", "cancelar"]
    assert [one["description"] for one in telegram.commands] == [
        one.description for one in COMMANDS
    ]


async def test_several_workers_start_at_once(telegram: TelegramServer) -> None:
    recorder = Recorder()
    async with run_channel(telegram, recorder), run_channel(telegram, recorder):
        # One of them was told to wait, and asked again.
        await telegram.until(lambda: len(telegram.called("setWebhook")) == 3)
        telegram.customer().say("oi")
        await settled(telegram)
        assert recorder.texts == ["oi"]


@pytest.mark.parametrize("status", [500, 502, 400])
async def test_a_registration_is_repeated_until_it_works(
    telegram: TelegramServer, status: int
) -> None:
    for _ in range(3):
        telegram.refuse("setWebhook", status, "Bad webhook: failed to resolve host")
    telegram.break_off("setWebhook", after=False)
    async with run_channel(telegram):
        assert telegram.webhook
        assert len(telegram.called("setWebhook")) == 5


async def test_a_start_does_not_wait_for_telegram(telegram: TelegramServer) -> None:
    telegram.refuse("setWebhook", 401, "Unauthorized")
    async with run_channel(telegram, started=False) as running:
        running.channel.start(lambda: True)
        assert await post(running, b"{}") == 200


async def test_deep_links_and_commands_are_words_of_ours(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    for text in ("/start", "/start segunda_via", "/start " + "x" * 60, "/menu", "/ajuda@robo"):
        maria.say(text)
    await settled(telegram)
    assert running.recorder.texts == ["oi", "quero a segunda via da conta", "oi", "menu", "ajuda"]


async def test_stopping_finishes_what_is_being_answered(
    telegram: TelegramServer,
) -> None:
    async with run_channel(telegram) as running:
        telegram.customer().press("c_1")
        await settled(telegram)
        await running.channel.stop()
        assert len(telegram.answered) == 1
