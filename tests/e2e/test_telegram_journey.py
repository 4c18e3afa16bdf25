"""A customer's way over Telegram, with Clara started as an operator starts her."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.channels.telegram.channel import SECRET
from tests.servers.clara import open_clara
from tests.servers.telegram import TOKEN, TelegramServer


def settings_for(telegram: TelegramServer, mode: str) -> dict[str, str]:
    secret = {"CLARA_TELEGRAM_WEBHOOK_SECRET": SECRET} if mode == "webhook" else {}
    return {
        "CLARA_TELEGRAM_TOKEN": TOKEN,
        "CLARA_TELEGRAM_MODE": mode,
        "CLARA_TELEGRAM_API_URL": telegram.base_url,
    } | secret


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_from_start_to_the_bill_and_its_code(tmp_path: Path, mode: str) -> None:
    async with TelegramServer.open() as telegram:
        telegram.now = int(time.time())
        maria = telegram.customer("Maria")
        maria.say("/start")  # before Clara is there: it waits for her
        async with open_clara(tmp_path, **settings_for(telegram, mode)) as clara:
            (greeting,) = await maria.hears(1)
            assert "2ª via da conta" in greeting.titles
            maria.tap("2ª via da conta")
            await maria.hears(1)
            maria.say("52998224725")
            await maria.hears(1)
            maria.say("13/10/1984")
            (bill,) = await maria.hears(1)
            assert bill.document is not None
            assert bill.document.startswith(b"%PDF")
            maria.tap("Código de barras")
            (code,) = await maria.hears(1)
            (line,) = code.copies
            assert len(line) in (47, 48)
            maria.send(voice={"file_id": "x", "duration": 3})
            (unheard,) = await maria.hears(1)
            assert "áudio" in unheard.text
            photo = {"photo": [{"file_id": "x"}], "media_group_id": "13500"}
            for caption in ("", "qual o código de barras?", ""):
                maria.send(**photo, caption=caption)
            maria.say("tchau")
            unseen, goodbye = await maria.hears(2)
            assert "image" in unseen.text  # imagem, imagens
            assert line in unseen.copies
            assert goodbye.text
            await telegram.until(lambda: len(telegram.answered) == 2)  # no button spins
        log = clara.log.read_text()
        for private in (TOKEN, SECRET, str(maria.id), "52998224725", line):
            assert private not in log
