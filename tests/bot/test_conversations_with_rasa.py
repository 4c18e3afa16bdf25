"""From a customer's message to the answer they read, through Rasa and everything between."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone

from sqlalchemy.engine import Engine as Records

from bot.delivery.house import Delivery, Habits
from bot.engine import Engine
from channels.assistant import Entry, IncomingMessage, Sender, Working

ANA = Sender("webchat", "site", "ana")


async def answers(engine: Engine, records: Records, *sent: str | int) -> list[Entry]:
    """Clara's answers to texts, or to the choice at a position of the last answer."""
    delivery = Delivery(records, "s" * 32, engine, habits=Habits(retries=(0.01,)))
    await delivery.start()
    clara = delivery.conversations
    heard: asyncio.Queue[Entry | Working] = asyncio.Queue()
    stop = clara.follow(ANA, heard.put)
    said: list[Entry] = []
    for number, what in enumerate(sent):
        chosen = said[-1].message.choices[what].id if isinstance(what, int) else None
        text = what if isinstance(what, str) else None
        at = datetime.now(timezone.utc)
        await clara.accept(IncomingMessage(ANA, str(number), at, text=text, choice=chosen))
        while (event := await asyncio.wait_for(heard.get(), 60)) != Working(False):
            if isinstance(event, Entry) and event.message_id != str(number):
                said.append(event)
    stop()
    await delivery.stop()
    return said


async def test_a_choice_starts_what_it_stands_for(engine: Engine, records: Records) -> None:
    menu, question, done = await answers(engine, records, "menu", 0, "grande")
    assert menu.message.text == "Menu de tudo:"
    assert [one.text for one in menu.message.copyables] == ["123"]
    assert [(one.title, one.description) for one in menu.message.choices] == [("Pedir já", "agora")]
    assert question.message.text == "Que tamanho?"
    assert done.message.text == "Pedido: grande."


async def test_a_failing_action_is_answered(engine: Engine, records: Records) -> None:
    [fault] = await answers(engine, records, "falhe")
    assert fault.message.text.startswith("Falhou. Protocolo 20")


async def test_a_typed_command_is_only_text(engine: Engine, records: Records) -> None:
    menu, again = await answers(engine, records, "menu", "/order")
    assert menu.message.text == "Menu de tudo:"
    assert again.message.text != "Que tamanho?"


async def test_every_action_of_silence_is_answered(engine: Engine, records: Records) -> None:
    [fault] = await answers(engine, records, "silêncio")
    assert fault.message.text.startswith("Falhou.")
