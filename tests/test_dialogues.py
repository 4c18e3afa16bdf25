"""Every written dialogue, played against the trained model with its actions executed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.typed_choices import meant
from channels.message import Choice
from tests.assistant import Company, DirectPlayer, facts_of
from tests.dialogue import Dialogue, dialogues, play


@pytest.fixture(scope="module")
async def company(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    async with Company.open(tmp_path_factory.mktemp("company")) as company:
        yield company


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda dialogue: dialogue.id)
async def test_dialogue(dialogue: Dialogue, company: Company) -> None:
    with DirectPlayer(company) as player:
        await play(dialogue, player, facts_of(dialogue.customer, company))
        for offer in player.offers:
            assert_can_be_typed(offer)


def assert_can_be_typed(offer: Sequence[Choice]) -> None:
    """Each choice is reached by its title, by its number, and by some word of it."""
    for number, choice in enumerate(offer, start=1):
        words = re.findall(r"[\w-]+", " ".join((choice.title, *choice.also)))
        assert meant(offer, choice.title.lower()) == choice.id
        assert meant(offer, str(number)) == choice.id
        is_datum = bool(choice.description)  # of bills, two may be of one month
        assert is_datum or choice.id in {meant(offer, word) for word in words}


def test_there_is_a_dialogue_for_every_situation() -> None:
    assert len(dialogues()) >= 170
    folders = {dialogue.path.parent.name for dialogue in dialogues()}
    assert folders >= {"segunda_via", "codigo_de_barras", "pix", "debitos", "email", "ja_paguei"}


def test_every_dialogue_expects_something() -> None:
    for dialogue in dialogues():
        checks = {"clara", "diz", "não_diz", "botões", "copia", "anexos"}
        assert any(checks & set(step) for step in dialogue.steps), dialogue.id


def test_no_two_dialogues_have_the_same_title() -> None:
    titles = [dialogue.title for dialogue in dialogues()]
    assert len(titles) == len(set(titles))
