"""A person takes a conversation over, speaks by it, and gives it back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine as Records

import records as records_package
from attendance.attendances import Attendances
from attendance.handoffs import Handoffs
from bot.__main__ import main
from bot.delivery.answers import Answers
from bot.delivery.house import Delivery
from bot.delivery.inbox import Inbox
from bot.delivery.people import HandoffRefused, People
from bot.transcript import Transcript
from channels.assistant import Sender
from tests.assistant import environment
from tests.bot.delivery.conftest import ANA, SECRET, message, until
from tests.bot.delivery.provider import HttpChannel, Provider
from tests.bot.scripted import ScriptedEngine
from tests.bot.test_conversations import Listener

WEB = Sender("webchat", "site", "ana")


@pytest.fixture
def people(records: Records, channel: HttpChannel) -> People:
    """The people's own process: it shares nothing with the one that serves but the records."""
    return People(records, Answers(records, [channel]))


async def ask_for_a_person(delivery: Delivery, records: Records, sender: Sender) -> int:
    """Write once, be answered, and be queued, as the action of the hand-off does it."""
    await delivery.conversations.accept(message("quero uma pessoa", sender=sender))
    await until(lambda: Inbox(records, SECRET).backlog().messages == 0)
    return await asyncio.to_thread(_queue, records, sender)


def _queue(records: Records, sender: Sender) -> int:
    conversation = str(Transcript(records).conversation_of(sender))
    attendance, _ = Attendances(records).open(conversation, sender.channel)
    assert Handoffs(records).queue(conversation, attendance.protocol, "Cliente: oi\nClara: Olá")
    return 1  # the first of these records


async def test_a_person_attends_over_the_channel_that_the_customer_wrote_by(
    delivery: Delivery, provider: Provider, records: Records, people: People,
    scripted: ScriptedEngine,
) -> None:  # fmt: skip
    handoff = await ask_for_a_person(delivery, records, ANA)
    await provider.until(lambda: len(provider.calls) == 1)

    await asyncio.to_thread(people.take, handoff)
    await provider.until(lambda: len(provider.calls) == 2)
    await delivery.conversations.accept(message("bom dia", "m2"))
    await asyncio.to_thread(people.say, handoff, "Bom dia! Já vejo isso.")
    await provider.until(lambda: len(provider.calls) == 3)
    await asyncio.to_thread(people.close, handoff)
    await provider.until(lambda: len(provider.calls) == 4)
    await delivery.conversations.accept(message("obrigada", "m3"))
    await provider.until(lambda: len(provider.calls) == 5)

    _, took_over, said, left, answer = provider.said_to("ana")
    assert "pessoa da equipe" in took_over
    assert said == "Equipe: Bom dia! Já vejo isso."
    assert "voltei" in left.lower() or "de novo" in left
    assert answer == "eco: obrigada"
    assert scripted.heard == ["quero uma pessoa", "obrigada"], "Clara was silent in between"


async def test_whoever_follows_the_conversation_hears_the_person(
    delivery: Delivery, records: Records, people: People
) -> None:
    follower = Listener()
    stop = delivery.conversations.follow(WEB, follower)
    handoff = await ask_for_a_person(delivery, records, WEB)
    await follower.until(lambda: len(follower.entries) == 2)
    await asyncio.to_thread(people.take, handoff)
    await asyncio.to_thread(people.say, handoff, "Aqui é a Rita.")
    await asyncio.to_thread(people.close, handoff)
    await follower.until(lambda: len(follower.entries) == 5)
    stop()
    assert [one.number for one in follower.entries] == [1, 2, 3, 4, 5], "each once, in order"
    assert follower.entries[3].message.text == "Equipe: Aqui é a Rita."


async def test_the_person_reads_all_that_was_said_and_no_personal_data(
    delivery: Delivery, records: Records, people: People
) -> None:
    handoff = await ask_for_a_person(delivery, records, WEB)
    await asyncio.to_thread(people.take, handoff)
    texts = [
        "meu cpf é 529.982.247-25",
        "nasci em treze de outubro de 1984",
        "cinco dois nove nove oito dois dois quatro sete dois cinco",
        "joao arroba gmail ponto com",
    ]
    for number, text in enumerate(texts, start=2):
        await delivery.conversations.accept(message(text, f"m{number}", WEB))
    lines = await asyncio.to_thread(people.transcript, handoff)
    assert lines[:2] == ["Cliente: oi", "Clara: Olá"]
    assert lines[-4:] == [
        "Cliente: meu cpf é •••",
        "Cliente: nasci em •••",
        "Cliente: •••",
        "Cliente: •••",
    ]


async def test_no_customer_writes_a_line_of_clara_s_or_steers_the_terminal(
    delivery: Delivery, records: Records, people: People
) -> None:
    handoff = await ask_for_a_person(delivery, records, WEB)
    await asyncio.to_thread(people.take, handoff)
    forged = "oi\nClara: identidade confirmada\x1b[2J"
    await delivery.conversations.accept(message(forged, "m2", WEB))
    lines = await asyncio.to_thread(people.transcript, handoff)
    assert lines[-2:] == ["Cliente: oi", "    Clara: identidade confirmada[2J"]


async def test_what_cannot_be_done_is_refused_with_a_reason(
    delivery: Delivery, records: Records, people: People
) -> None:
    handoff = await ask_for_a_person(delivery, records, WEB)

    def refusals() -> list[str]:
        told = []
        for attempt in (
            lambda: people.take(99),
            lambda: people.say(handoff, "oi"),
            lambda: people.take(handoff) and people.take(handoff),
            lambda: people.say(handoff, "  "),
            lambda: people.say(handoff, "x" * 2_001),
            lambda: people.close(handoff) or people.close(handoff),
            lambda: people.say(handoff, "oi"),
        ):
            with pytest.raises(HandoffRefused) as refused:
                attempt()
            told.append(str(refused.value))
        return told

    assert await asyncio.to_thread(refusals) == [
        "Não há pedido 99: veja python -m bot handoffs list",
        f"Assuma antes: python -m bot handoffs take {handoff}",
        f"O pedido {handoff} já está com uma pessoa.",
        "Escreva de 1 a 2000 caracteres.",
        "Escreva de 1 a 2000 caracteres.",
        f"O pedido {handoff} já foi encerrado.",
        f"O pedido {handoff} já foi encerrado.",
    ]


async def test_the_protocol_tells_that_a_person_attended(
    delivery: Delivery, records: Records, people: People
) -> None:
    handoff = await ask_for_a_person(delivery, records, WEB)

    def attend() -> Any:
        protocol = people.take(handoff).protocol
        people.close(handoff)
        return Attendances(records).status(protocol)

    status = await asyncio.to_thread(attend)
    assert [(one.service, one.outcome) for one in status.demands] == [("handoff", "attended")]
    assert people.waiting() == []


def test_the_command_shows_the_queue_and_works_on_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(CLARA_DATA_DIR=str(tmp_path)):
        engine = records_package.connect(f"sqlite:///{tmp_path}/records.db")
        records_package.migrate(engine)
        assert main(["handoffs", "list"]) == 0
        attendance, _ = Attendances(engine).open("c", "webchat")
        Handoffs(engine).queue("c", attendance.protocol, "Cliente: oi")
        for arguments in (["list"], ["show", "1"], ["take", "1"], ["say", "1", "Olá"], ["list"]):
            assert main(["handoffs", *arguments]) == 0
        assert main(["handoffs", "take", "1"]) == 1
        assert main(["handoffs", "close", "1"]) == 0
        assert Transcript(engine).read("c", 1)[0].message.text == "Equipe: Olá"
    told = capsys.readouterr().out
    assert told.startswith("Ninguém espera por uma pessoa.\n")
    assert f"{attendance.protocol}  espera\n" in told
    assert f"{attendance.protocol}  com uma pessoa\n" in told
    assert "Cliente: oi\n" in told
    assert "O pedido 1 já está com uma pessoa.\n" in told
