"""Whatever happens, no log line says to whom, about what, or with which token."""

from __future__ import annotations

import contextlib
import logging

import pytest

from channels.assistant import Content
from channels.message import Attachment, Choice, OutgoingMessage
from channels.sending import SendFailed
from tests.channels.recorder import Recorder
from tests.channels.whatsapp.channel import run_channel, to
from tests.servers.whatsapp import (
    ACCESS_TOKEN,
    APP_SECRET,
    VERIFY_TOKEN,
    WhatsAppServer,
    payload,
)

WORDS = "meu cpf é 529.982.247-25"
NAME = "Maria de Nazaré Pantoja"
PDF = Attachment("a1", "conta.pdf", "application/pdf", "Segunda via de Maria")


async def test_nothing_of_customers_nor_secrets_is_logged(
    whatsapp: WhatsAppServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    maria = whatsapp.person(NAME)
    recorder = Recorder()
    recorder.faults = [ValueError(f"cannot store {WORDS} of {maria.phone}")]
    async with run_channel(whatsapp, recorder) as running:
        await maria.say(WORDS)
        await maria.send("image", {"id": "1", "caption": WORDS})
        await maria.send("reaction", {"message_id": WORDS, "emoji": WORDS})
        await maria.send("system", {"body": f"{NAME} changed to {maria.phone}"})
        await whatsapp.deliver(payload(messages=[{"text": {"body": WORDS}}, WORDS, None]))
        error = {"code": 131026, "title": NAME, "error_data": {"details": f"{maria.phone}"}}
        await whatsapp.deliver(
            payload(statuses=[{"id": "w", "status": "failed", "errors": [error]}])
        )
        for signature in ("", "sha256=" + "a" * 64, None):
            await whatsapp.post(WORDS.encode(), signature)
        await whatsapp.shake_hands(**{"hub.verify_token": VERIFY_TOKEN[:-1], "hub.challenge": NAME})
        running.contents["a1"] = Content("conta.pdf", "application/pdf", WORDS.encode())
        choices = (Choice("c_a_secret_choice", "Menu"),)
        message = OutgoingMessage(WORDS, attachments=(PDF,), choices=choices)
        await running.tell(maria, message)
        for code, status in ((190, 401), (100, 400), (131056, 400), (1, 500)):
            whatsapp.refuse(code, f"can't do {WORDS} for {maria.phone}", status)
            await _fails(running.tell(maria, message))
        whatsapp.break_off()
        await _fails(running.tell(maria, message))
        await running.channel.sending.show_working(to(maria))
    printed = capfd.readouterr()
    logged = "\n".join([caplog.text, printed.out, printed.err])
    assert "whatsapp: a call of the webhook without its secret" in logged
    assert "cannot store a delivery" in logged
    assert maria.phone
    secrets = [ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, VERIFY_TOKEN[:-1], "sha256="]
    ids = [maria.phone, maria.user_id, "wamid.1"]
    private = ["529.982", NAME, "Pantoja", "c_a_secret_choice", "conta.pdf", "Segunda via"]
    for unwanted in [*secrets, *ids, *private]:
        assert unwanted not in logged, unwanted


async def _fails(sending: object) -> None:
    with contextlib.suppress(SendFailed):
        await sending  # type: ignore[misc]
