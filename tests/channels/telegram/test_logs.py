"""Whatever happens, no log line says to whom, about what, or with which token."""

from __future__ import annotations

import contextlib
import logging

import aiohttp
import pytest

from channels.assistant import Content
from channels.message import Attachment, Choice, OutgoingMessage
from channels.sending import SendFailed
from channels.telegram import Mode
from tests.channels.recorder import Recorder
from tests.channels.telegram.channel import SECRET, run_channel, to
from tests.servers.telegram import TOKEN, TelegramServer

WORDS = "meu cpf é 529.982.247-25"
NAME = "Maria de Nazaré Pantoja"
PDF = Attachment("a1", "conta.pdf", "application/pdf", "Segunda via de Maria")


async def test_nothing_of_customers_nor_secrets_is_logged(
    telegram: TelegramServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    maria = telegram.customer(NAME)
    recorder = Recorder()
    recorder.faults = [ValueError(f"cannot store {WORDS}")]
    telegram.refuse("setWebhook", 500, "Internal Server Error")
    telegram.break_off("setMyCommands")
    async with run_channel(telegram, recorder) as running:
        maria.say(WORDS)
        maria.say(f"/start {WORDS}")
        telegram.refuse("answerCallbackQuery", 400, f"Bad Request: {WORDS}")
        maria.press("c_a_secret_choice")
        maria.send(photo=[{"file_id": "f"}], caption=WORDS)
        maria.block()
        telegram.happens(message={"chat": maria.chat, "text": WORDS})
        maria.send(chat={"id": telegram.group(), "type": "group"}, text=WORDS)
        await telegram.until(lambda: not telegram.pending)
        async with aiohttp.ClientSession() as http:
            for secret in (SECRET, SECRET[:-1]):
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
                for body in (WORDS.encode(), b'{"message":"' + b"5" * 300_000 + b'"}'):
                    async with http.post(running.url, data=body, headers=headers):
                        pass
        maria.blocked = False
        running.contents["a1"] = Content("conta.pdf", "application/pdf", WORDS.encode())
        message = OutgoingMessage(
            WORDS, attachments=(PDF,), choices=(Choice("c_a_secret_choice", NAME),)
        )
        await running.tell(maria, message)
        for status in (400, 401, 403, 429, 500):
            telegram.refuse("sendDocument", status, f"can't do {WORDS}", retry_after=1)
            await _fails(running.tell(maria, message))
        telegram.break_off("sendDocument")
        await _fails(running.tell(maria, message))
        telegram.refuse("sendDocument", 400, f"Bad Request: can't parse entities: {WORDS}")
        await running.tell(maria, message)
        telegram.break_off("sendChatAction")
        await running.channel.sending.show_working(to(maria))
        chat_id = str(maria.id)
    await telegram.until(lambda: bool(telegram.left))
    async with run_channel(telegram, recorder, Mode.POLLING):  # meets the webhook that is set
        await telegram.until(lambda: len(telegram.called("getUpdates")) > 1)
        telegram.webhook = None
        telegram.refuse("getUpdates", 401, f"Unauthorized {TOKEN}")
        telegram.break_off("getUpdates")
        maria.say(WORDS)
        await telegram.until(lambda: not telegram.pending)
    printed = capfd.readouterr()
    logged = "\n".join([caplog.text, printed.out, printed.err])
    assert "telegram: a call of the webhook without its secret" in logged
    assert "cannot store a delivery" in logged
    secrets = [TOKEN, TOKEN.partition(":")[2], SECRET, SECRET[:-1], chat_id]
    private = ["529.982", NAME, "Pantoja", "c_a_secret_choice", "conta.pdf", "Segunda via"]
    for unwanted in [*secrets, *private]:
        assert unwanted not in logged, unwanted


async def _fails(sending: object) -> None:
    with contextlib.suppress(SendFailed):
        await sending  # type: ignore[misc]
