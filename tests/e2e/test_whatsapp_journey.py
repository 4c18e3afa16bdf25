"""A customer's way over WhatsApp, with Clara started as an operator starts her."""

from __future__ import annotations

import time
from pathlib import Path

from tests.servers.clara import open_clara
from tests.servers.whatsapp import (
    ACCESS_TOKEN,
    APP_SECRET,
    NUMBER_ID,
    VERIFY_TOKEN,
    WhatsAppServer,
)


def settings_for(whatsapp: WhatsAppServer) -> dict[str, str]:
    return {
        "CLARA_WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
        "CLARA_WHATSAPP_ACCESS_TOKEN": ACCESS_TOKEN,
        "CLARA_WHATSAPP_APP_SECRET": APP_SECRET,
        "CLARA_WHATSAPP_VERIFY_TOKEN": VERIFY_TOKEN,
        "CLARA_WHATSAPP_API_URL": whatsapp.base_url,
    }


async def test_from_the_first_word_to_the_bill_and_its_codes(tmp_path: Path) -> None:
    async with WhatsAppServer.open() as whatsapp:
        whatsapp.now = int(time.time())
        maria = whatsapp.person("Maria")
        async with open_clara(tmp_path, **settings_for(whatsapp)) as clara:
            whatsapp.webhook_url = f"{clara.base_url}/webhooks/whatsapp"
            challenge = {"hub.mode": "subscribe", "hub.challenge": "7"}
            assert await whatsapp.shake_hands(
                **challenge, **{"hub.verify_token": VERIFY_TOKEN}
            ) == (200, "7")
            await maria.say("oi")
            (greeting,) = await maria.hears(1)
            assert (greeting.type, "2ª via da conta" in greeting.titles) == ("list", True)
            await maria.pick("2ª via da conta")
            await maria.hears(1)
            await maria.say("52998224725")
            await maria.hears(1)
            await maria.say("13/10/1984")
            (bill,) = await maria.hears(1)
            assert bill.document is not None
            assert bill.document.startswith(b"%PDF")
            assert bill.titles  # in the same message, below the document
            await maria.pick("Pix")
            pix, code = await maria.hears(2)
            assert pix.image is not None
            assert code.text.startswith("000201")
            await maria.send("reaction", {"message_id": pix.id, "emoji": "👍"})
            await maria.send("audio", {"id": "1", "mime_type": "audio/ogg", "voice": True})
            (unheard,) = await maria.hears(1)
            assert "áudio" in unheard.text
            await whatsapp.settled()
            assert set(whatsapp.deliveries) == {200}
        log = clara.log.read_text()
        secrets = (ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, "sha256=")
        for private in (*secrets, maria.phone, maria.user_id, "52998224725", code.text):
            assert str(private) not in log
