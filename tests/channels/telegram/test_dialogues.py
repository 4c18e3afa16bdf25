"""Every written dialogue, played over Telegram: webhook, inbox, engine, outbox, Bot API."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from channels.assistant import Sender
from channels.telegram import Telegram
from channels.telegram.commands import DEEP_LINKS
from tests.assistant import Company, facts_of
from tests.channels.player import AT_ONCE, ProviderPlayer, Screen
from tests.channels.telegram.channel import serve_channel, settings_for
from tests.dialogue import Dialogue, dialogues, play
from tests.servers.smtp import free_port
from tests.servers.telegram import BOT_ID, Customer, Shown, TelegramServer

SERVICES = {
    "segunda_via": "2ª via da conta",
    "codigo_de_barras": "Código de barras",
    "pix": "Pagar com Pix",
    "debitos": "Consultar débitos",
    "fatura_por_email": "Fatura por e-mail",
}
"""What a deep link opens, by the name that Clara gives it when it is cancelled."""


@dataclass(frozen=True)
class Town:
    """Clara, Telegram, and those who write to her."""

    company: Company
    telegram: TelegramServer
    channel: Telegram


class TelegramTelephone:
    """Implements ``tests.channels.player.Telephone``."""

    def __init__(self, telegram: TelegramServer) -> None:
        self._telegram = telegram
        self._customer: Customer = telegram.customer()
        self.sender = Sender("telegram", str(BOT_ID), str(self._customer.id))

    def say(self, text: str) -> None:
        self._telegram.now = int(time.time())
        self._customer.say(text)

    def tap(self, title: str) -> None:
        self._telegram.now = int(time.time())
        self._customer.tap(title)

    async def shows(self, messages: int) -> Screen:
        shown = await self._customer.hears(messages)
        types = [_media_type(one) for one in shown]
        return Screen(
            text="\n\n".join(one.text for one in shown),
            choices=[title for one in shown for title in one.titles],
            copyables=[text for one in shown for text in one.copies],
            attachments=[one for one in types if one],
        )


def _media_type(shown: Shown) -> str | None:
    if shown.photo:
        return "image/png"
    return "application/pdf" if shown.document else None


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with TelegramServer.open() as telegram:
        port = free_port()
        channel = Telegram(settings_for(telegram, port), pause=telegram.advance)
        channel.sending.pace = AT_ONCE
        directory = tmp_path_factory.mktemp("company")
        async with Company.open(directory, channels=[channel.sending]) as company:
            delivery = company.delivery
            async with serve_channel(channel, port, delivery.conversations, delivery.reports):
                channel.start(lambda: True)
                yield Town(company, telegram, channel)
        await channel.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda dialogue: dialogue.id)
async def test_dialogue(dialogue: Dialogue, town: Town) -> None:
    telephone = TelegramTelephone(town.telegram)
    with ProviderPlayer(town.company, town.channel.sending, telephone) as player:
        await play(dialogue, player, facts_of(dialogue.customer, town.company))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/start", "utter_greet"),
        ("/menu", "say_menu"),
        ("/ajuda", "say_menu"),
        ("/cancelar", "say_nothing_to_cancel"),
        ("/start pessoa", "say_handoff_queued say_handoff_closed"),  # by the hour
    ],
)
async def test_the_menus_commands_do_what_they_say(text: str, answer: str, town: Town) -> None:
    telephone = TelegramTelephone(town.telegram)
    with ProviderPlayer(town.company, town.channel.sending, telephone) as player:
        assert {*answer.split()} & {*(await player.write(text)).names}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("link", "service"), SERVICES.items())
async def test_deep_links_open_their_service(link: str, service: str, town: Town) -> None:
    telephone = TelegramTelephone(town.telegram)
    with ProviderPlayer(town.company, town.channel.sending, telephone) as player:
        await player.write(f"/start {link}")
        cancelled = await player.write("/cancelar")
    assert service in cancelled.text


def test_every_deep_link_is_tried() -> None:
    assert {*SERVICES, "pessoa"} == set(DEEP_LINKS)
