"""The engine over a real model: what it says, and that it raises instead of going on."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine as Records

from bot.answering import Answer, Response, Saying, Superseded, Turn
from bot.engine import Engine
from bot.faults import describe
from bot.in_process_actions import ActionFailed
from bot.model import UnfitModel
from tests.bot.tiny.actions import CALLER

Texts = Callable[..., Awaitable[list[str]]]
FAULT = Saying("say_technical_fault", {"protocol": "42"})
GREETINGS = {"Oi!", "Olá!", "Bom dia!"}


def turn(text: str, number: int = 1, conversation: str = "one", **more: Any) -> Turn:
    return Turn(conversation, "webchat", str(number), text, {"address": None}, **more)


@pytest.fixture
def texts(engine: Engine, records: Records) -> Texts:
    """Has a turn, stores it as conversations do, and gives what was said."""

    async def texts(text: str, number: int = 1) -> list[str]:
        return [said["text"] for said in await stored(await engine.turn(turn(text, number)))]

    async def stored(answer: Answer) -> list[Response]:
        with records.begin() as connection:
            answer.state.store(connection)
        answer.state.keep()
        return answer.said

    return texts


async def test_says_what_the_rules_say(engine: Engine) -> None:
    [said] = (await engine.turn(turn("oi"))).said
    assert said["text"] in GREETINGS


async def test_never_says_the_same_variation_twice_in_a_row(texts: Texts) -> None:
    said = [(await texts("oi", number))[0] for number in range(1, 13)]
    assert all(one != next_one for one, next_one in itertools.pairwise(said))


async def test_a_form_asks_and_is_filled(texts: Texts) -> None:
    assert await texts("quero pedir", 1) == ["Que tamanho?"]
    assert await texts("grande", 2) == ["Pedido: grande."]


async def test_a_payload_is_a_command_and_an_action_may_say_anything(engine: Engine) -> None:
    [said] = (await engine.turn(turn('/show_menu{"kind": "bolos"}'))).said
    assert said["text"] == "Menu de bolos:"
    assert said["buttons"] == [{"title": "Pedir já", "payload": "/order", "description": "agora"}]
    assert said["custom"] == {"copyables": [{"label": "Código", "text": "123"}]}


async def test_an_action_that_raises_fails_the_turn_without_trace(
    engine: Engine, texts: Texts
) -> None:
    await texts("oi", 1)
    before = await _events(engine)
    with pytest.raises(ActionFailed):
        await engine.turn(turn("/fail", 2))
    assert await _events(engine) == before


async def test_what_an_action_raised_is_described_without_its_message(engine: Engine) -> None:
    with pytest.raises(ActionFailed) as failed:
        await engine.turn(turn("/fail"))
    told = describe(failed.value)
    assert "ValueError" in told
    assert "actions.py" in told
    assert "529" not in told


async def test_a_value_is_not_kept_when_its_validation_fails(engine: Engine, texts: Texts) -> None:
    await texts("quero pedir", 1)
    with pytest.raises(ActionFailed):
        await engine.turn(turn("boom", 2))
    assert await texts("pequena", 3) == ["Pedido: pequena."]


async def test_a_refusing_action_is_not_a_failure(texts: Texts) -> None:
    assert await texts("/refuse") == ["Como?"]


async def test_a_turn_that_was_not_stored_has_never_been(engine: Engine, texts: Texts) -> None:
    await texts("quero pedir", 1)
    [lost] = (await engine.turn(turn("grande", 2))).said
    assert lost["text"] == "Pedido: grande."
    assert await texts("pequena", 2) == ["Pedido: pequena."]


async def test_of_two_turns_at_once_one_is_superseded(
    engine: Engine, texts: Texts, records: Records
) -> None:
    await texts("quero pedir", 1)
    late = await engine.turn(turn("grande", 2))
    assert await texts("pequena", 2) == ["Pedido: pequena."]
    with pytest.raises(Superseded), records.begin() as connection:
        late.state.store(connection)


async def test_of_two_first_turns_at_once_one_is_superseded(
    engine: Engine, texts: Texts, records: Records
) -> None:
    late = await engine.turn(turn("quero pedir", 1))
    assert await texts("quero pedir", 1) == ["Que tamanho?"]
    with pytest.raises(Superseded), records.begin() as connection:
        late.state.store(connection)


async def test_a_preface_is_said_first(engine: Engine) -> None:
    preface = Saying("say_choice_expired", {"protocol": "42"})
    said = (await engine.turn(turn("quero pedir", preface=preface))).said
    assert [one["text"] for one in said] == ["Não vale mais.", "Que tamanho?"]


async def test_actions_see_what_the_caller_set_for_its_turn(engine: Engine) -> None:
    CALLER.set("this turn")
    [said] = (await engine.turn(turn("/who_calls"))).said
    assert said["text"] == "this turn"


async def test_a_tracker_store_that_fails_fails_the_turn(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break_trackers(engine, monkeypatch)
    with pytest.raises(ConnectionError):
        await engine.turn(turn("oi"))


async def test_words_a_response_even_while_the_tracker_store_fails(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break_trackers(engine, monkeypatch)
    [said] = (await engine.say("one", "webchat", FAULT)).said
    assert said["text"] == "Falhou. Protocolo 42."


async def test_words_a_response_of_a_conversation_that_has_begun(
    engine: Engine, texts: Texts
) -> None:
    await texts("oi")
    [said] = (await engine.say("one", "webchat", FAULT)).said
    assert said["text"] == "Falhou. Protocolo 42."


async def test_refuses_a_domain_whose_actions_do_not_exist(
    tiny_model: Path, tiny_project: Path, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.in_process_actions.InProcessActions.names", frozenset())
    with pytest.raises(UnfitModel, match="the action action_fail"):
        await Engine.load(
            tiny_model, tiny_project / "endpoints.yml", records, "tests.bot.tiny.actions"
        )


async def test_refuses_a_tracker_store_that_cannot_store_turns_with_their_answers(
    tiny_model: Path, tmp_path: Path, records: Records
) -> None:
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text("tracker_store: {type: SQL}")
    with pytest.raises(UnfitModel, match="BoundedTrackerStore"):
        await Engine.load(tiny_model, endpoints, records, "tests.bot.tiny.actions")


def _break_trackers(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(engine._trackers, "take", fail)


async def _events(engine: Engine) -> list[Any]:
    tracker = await engine._trackers.retrieve("one")
    return [event.as_dict() for event in tracker.events]
