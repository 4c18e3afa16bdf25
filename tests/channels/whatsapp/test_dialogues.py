"""Every written dialogue, played over WhatsApp: webhook, inbox, engine, outbox, Cloud API."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from channels.assistant import Sender
from channels.whatsapp import WhatsApp
from tests.assistant import Company, facts_of
from tests.channels.player import AT_ONCE, ProviderPlayer, Screen
from tests.channels.whatsapp.channel import serve_channel, settings_for
from tests.dialogue import Dialogue, dialogues, play
from tests.servers.whatsapp import NUMBER_ID, Shown, WhatsAppServer

NUMBERED = re.compile(r"^\d+\. (.+?)(?:: .+)?$", re.MULTILINE)
TO_COPY = re.compile(r"Para copiar, a seguir: (.+)\.")


@dataclass(frozen=True)
class Town:
    """Clara, WhatsApp, and those who write to her."""

    company: Company
    whatsapp: WhatsAppServer
    channel: WhatsApp


class WhatsAppTelephone:
    """Implements ``tests.channels.player.Telephone``."""

    def __init__(self, whatsapp: WhatsAppServer) -> None:
        self._whatsapp = whatsapp
        self._person = whatsapp.person()
        self.sender = Sender("whatsapp", NUMBER_ID, str(self._person.phone))

    def say(self, text: str) -> None:
        self._whatsapp.now = int(time.time())
        self._whatsapp.see_to(self._person.say(text))

    def tap(self, title: str) -> None:
        if number := self._person.number_of(title):
            self.say(number)
            return
        self._whatsapp.now = int(time.time())
        kind, reply = self._person.reply(title)
        self._whatsapp.see_to(self._person.send("interactive", {"type": kind, kind: reply}))

    async def shows(self, messages: int) -> Screen:
        said, codes = _told_apart(await self._person.hears(messages))
        types = [_media_type(one) for one in said]
        return Screen(
            text="\n\n".join(one.text for one in said if one.text),
            choices=[words for one in said for words in one.choices or NUMBERED.findall(one.text)],
            copyables=[one.text for one in codes],
            attachments=[one for one in types if one],
        )


def _told_apart(shown: list[Shown]) -> tuple[list[Shown], list[Shown]]:
    """What is read, and what is announced as to be copied: each alone in its bubble."""
    said: list[Shown] = []
    codes: list[Shown] = []
    announced = 0
    for one in shown:
        if announced and one.type == "text":
            announced -= 1
            codes.append(one)
            continue
        said.append(one)
        if found := TO_COPY.search(one.text):
            announced += len(found[1].split(", "))
    assert not announced
    return said, codes


def _media_type(shown: Shown) -> str | None:
    if shown.image:
        return "image/png"
    return "application/pdf" if shown.document else None


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with WhatsAppServer.open() as whatsapp:
        channel = WhatsApp(settings_for(whatsapp))
        channel.sending.pace = AT_ONCE
        directory = tmp_path_factory.mktemp("company")
        async with Company.open(directory, channels=[channel.sending]) as company:
            delivery = company.delivery
            async with serve_channel(channel, whatsapp, delivery.conversations, delivery.reports):
                yield Town(company, whatsapp, channel)
        await channel.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda dialogue: dialogue.id)
async def test_dialogue(dialogue: Dialogue, town: Town) -> None:
    telephone = WhatsAppTelephone(town.whatsapp)
    with ProviderPlayer(town.company, town.channel.sending, telephone) as player:
        await play(dialogue, player, facts_of(dialogue.customer, town.company))
