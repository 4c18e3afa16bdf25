"""What is no text to be read, or comes too late: answered as kindly, with a protocol as ever."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from channels.assistant import MAX_TEXT_LENGTH, Medium
from tests.assistant import Company, DirectPlayer, facts_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOLD = {
    Medium.AUDIO: "áudio",
    Medium.IMAGE: "imag",
    Medium.VIDEO: "vídeo",
    Medium.DOCUMENT: "arquivo",
    Medium.STICKER: "igurinha",
    Medium.LOCATION: "localização",
    Medium.CONTACT: "contato",
    Medium.OTHER: "ler",
}
"""A word that the answer to each has, so that the customer knows what was not read."""


@pytest.fixture(scope="module")
async def company(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    async with Company.open(tmp_path_factory.mktemp("company")) as company:
        yield company


@pytest_asyncio.fixture(loop_scope="module")
async def player(company: Company) -> AsyncIterator[DirectPlayer]:
    with DirectPlayer(company) as player:
        yield player


def protocols(text: str) -> list[str]:
    return re.findall(r"\d{14}", text)


@pytest.mark.parametrize("medium", list(Medium))
async def test_a_first_contact_without_text_gets_its_protocol_and_a_way_on(
    player: DirectPlayer, medium: Medium
) -> None:
    reply = await player.send(medium=medium)
    assert len(protocols(reply.text)) == 1
    assert TOLD[medium] in reply.text
    assert reply.choices == ["Ver o menu"]
    assert not protocols((await player.write("quero a segunda via")).text), "it has been told"


async def test_a_text_that_is_too_long_begins_an_attendance_too(player: DirectPlayer) -> None:
    reply = await player.write("conta " * (MAX_TEXT_LENGTH // 6 + 1))
    assert len(protocols(reply.text)) == 1
    assert not protocols((await player.write("oi")).text)


async def test_a_picture_leaves_a_service_where_it_is(
    player: DirectPlayer, company: Company
) -> None:
    facts = facts_of("maria", company)
    await player.write("quero a segunda via")
    await player.send(medium=Medium.IMAGE)
    assert "nascimento" in (await player.write(facts["cpf"])).text


async def test_a_caption_is_read(player: DirectPlayer) -> None:
    reply = await player.send(medium=Medium.IMAGE, caption="quero a segunda via")
    assert "imag" in reply.text
    assert "CPF" in reply.text


async def test_what_comes_hours_late_is_not_acted_on(
    player: DirectPlayer, company: Company
) -> None:
    facts = facts_of("maria", company)
    reply = await player.send(5, text=f"quero o código de barras, meu código é {facts['codigo']}")
    assert len(protocols(reply.text)) == 1
    assert "desculp" in reply.text.lower()
    assert not reply.copyables
    assert {"Código de barras", "Falar com uma pessoa"} <= set(reply.choices)


async def test_whoever_sent_an_audio_and_comes_back_the_next_day_is_attended_anew(
    player: DirectPlayer,
) -> None:
    first = await player.send(medium=Medium.AUDIO)
    player.wait(24 * 60)
    second = await player.write("oi")
    [one], [other] = protocols(first.text), protocols(second.text)
    assert one != other
