"""The contract of ``channels.assistant.Assistant``, over an engine that does as it is told."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine as Records

from attendance.attachments import Attachments
from attendance.attendances import Attendances
from bot.answering import Superseded
from bot.conversations import Conversations
from bot.delivery.house import Delivery, Habits
from channels.assistant import (
    MAX_TEXT_LENGTH,
    Acceptance,
    Author,
    Entry,
    IncomingMessage,
    Sender,
    Working,
)
from records.tables import handoffs
from tests.bot.scripted import ScriptedEngine

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
ANA = Sender("webchat", "site", "ana")
BIA = Sender("webchat", "site", "bia")
MENU = [{"text": "Menu", "buttons": [{"title": "2ª via", "payload": '/second_copy{"a": "b"}'}]}]


class Time:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Listener:
    """Follows a sender and lets a test wait for what it hears."""

    def __init__(self) -> None:
        self.events: list[Entry | Working] = []
        self._heard = asyncio.Condition()

    async def __call__(self, event: Entry | Working) -> None:
        async with self._heard:
            self.events.append(event)
            self._heard.notify_all()

    @property
    def entries(self) -> list[Entry]:
        return [event for event in self.events if isinstance(event, Entry)]

    async def until(self, true: Callable[[], bool]) -> None:
        async with self._heard:
            await asyncio.wait_for(self._heard.wait_for(true), 60)

    async def idle(self, times: int = 1) -> None:
        await self.until(lambda: self.events.count(Working(False)) >= times)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def scripted() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
async def delivery(
    records: Records, scripted: ScriptedEngine, time: Time
) -> AsyncIterator[Delivery]:
    delivery = started(records, scripted, time)
    await delivery.start()
    yield delivery
    scripted.gate.set()
    await delivery.stop()


@pytest.fixture
async def clara(delivery: Delivery) -> Conversations:
    return delivery.conversations


def started(records: Records, engine: ScriptedEngine, time: Time) -> Delivery:
    return Delivery(records, "s" * 32, engine, habits=Habits(retries=(0.01, 0.01)), now=time)


@pytest.fixture
async def ana(clara: Conversations) -> AsyncIterator[Listener]:
    listener = Listener()
    stop = clara.follow(ANA, listener)
    yield listener
    stop()


def message(
    text: str | None, number: int = 1, sender: Sender = ANA, **more: Any
) -> IncomingMessage:
    return IncomingMessage(sender, f"m{number}", NOW, text=text, **more)


def said(entries: list[Entry]) -> list[str]:
    return [f"{entry.author.value}: {entry.message.text}" for entry in entries]


async def test_a_message_is_answered_and_both_are_told_in_order(
    clara: Conversations, ana: Listener
) -> None:
    assert await clara.accept(message("oi")) is Acceptance.ACCEPTED
    await ana.idle()
    assert said(ana.entries) == ["customer: oi", "clara: eco: oi"]
    assert [entry.number for entry in ana.entries] == [1, 2]
    assert ana.entries[0].message_id == "m1"
    assert [event for event in ana.events if isinstance(event, Working)] == [
        Working(True),
        Working(False),
    ]


async def test_the_transcript_gives_back_what_was_told(clara: Conversations, ana: Listener) -> None:
    await clara.accept(message("oi"))
    await ana.idle()
    assert await clara.transcript(ANA) == ana.entries
    assert await clara.transcript(ANA, after=1) == ana.entries[1:]
    assert await clara.transcript(BIA) == []


async def test_a_repeated_message_is_recognised(clara: Conversations, ana: Listener) -> None:
    await clara.accept(message("oi"))
    await ana.idle()
    assert await clara.accept(message("oi")) is Acceptance.REPEATED
    assert len(await clara.transcript(ANA)) == 2


async def test_a_message_is_accepted_while_turns_keep_every_thread_they_have(
    clara: Conversations,
) -> None:
    done = threading.Event()
    turns = [asyncio.create_task(asyncio.to_thread(done.wait)) for _ in range(100)]
    await asyncio.sleep(0)
    try:
        accepted = await asyncio.wait_for(clara.accept(message("oi")), 60)
    finally:
        done.set()
        await asyncio.gather(*turns)
    assert accepted is Acceptance.ACCEPTED


async def test_two_deliveries_of_one_message_at_once_count_once(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    outcomes = await asyncio.gather(*(clara.accept(message("oi")) for _ in range(5)))
    await ana.idle()
    assert outcomes.count(Acceptance.ACCEPTED) == 1
    assert scripted.heard == ["oi"]


async def test_the_messages_of_a_conversation_are_handled_one_by_one_in_order(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    scripted.gate.clear()
    for number in range(5):
        await clara.accept(message(f"t{number}", number))
    assert scripted.heard in ([], ["t0"])
    scripted.gate.set()
    await ana.until(lambda: len(ana.entries) == 10)
    assert scripted.heard == ["t0", "t1", "t2", "t3", "t4"]
    assert [entry.number for entry in ana.entries] == list(range(1, 11))


async def test_one_conversation_does_not_wait_for_another(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    bia = Listener()
    stop = clara.follow(BIA, bia)
    scripted.gate.clear()
    await clara.accept(message("oi"))
    await scripted.started.wait()
    await clara.accept(message("olá", sender=BIA))
    scripted.gate.set()
    await ana.idle()
    await bia.idle()
    stop()
    assert said(ana.entries) == ["customer: oi", "clara: eco: oi"]
    assert said(bia.entries) == ["customer: olá", "clara: eco: olá"]
    assert scripted.turns[0].conversation != scripted.turns[1].conversation


async def test_what_a_crash_left_unanswered_is_answered_at_the_next_start(
    clara: Conversations,
    delivery: Delivery,
    ana: Listener,
    scripted: ScriptedEngine,
    records: Records,
    time: Time,
) -> None:
    scripted.gate.clear()
    await clara.accept(message("oi", 1))
    await clara.accept(message("tudo bem", 2))
    await scripted.started.wait()
    await delivery.stop(deadline=0)
    assert said(await clara.transcript(ANA)) == ["customer: oi", "customer: tudo bem"]

    healthy = ScriptedEngine()
    restarted = started(records, healthy, time)
    listener = Listener()
    stop = restarted.conversations.follow(ANA, listener)
    assert await restarted.start() == 1
    await listener.until(lambda: said(listener.entries)[-1:] == ["clara: eco: tudo bem"])
    stop()
    assert healthy.heard == ["oi", "tudo bem"]
    await restarted.stop()
    assert await started(records, healthy, time).start() == 0


async def test_a_stop_lets_the_turn_in_hand_finish(
    clara: Conversations, delivery: Delivery, ana: Listener, scripted: ScriptedEngine
) -> None:
    scripted.gate.clear()
    await clara.accept(message("oi", 1))
    await clara.accept(message("depois", 2))
    await scripted.started.wait()
    stopping = asyncio.create_task(delivery.stop())
    scripted.gate.set()
    await stopping
    assert said(await clara.transcript(ANA)) == [
        "customer: oi",
        "customer: depois",
        "clara: eco: oi",
    ]


async def test_a_failing_turn_is_tried_again(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    scripted.script["oi"] = [ValueError("once")]
    await clara.accept(message("oi"))
    await ana.idle()
    assert said(ana.entries)[1] == "clara: eco: oi"


async def test_an_answer_is_stored_together_with_the_dialogue_state(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    await clara.accept(message("oi"))
    await ana.idle()
    assert (scripted.state.stored, scripted.state.kept) == (1, 1)


async def test_an_answer_whose_dialogue_moved_on_elsewhere_is_found_anew_and_said_once(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    scripted.state.refusals = [Superseded()]
    scripted.script["oi"] = [[{"text": "velha"}], [{"text": "nova"}]]
    await clara.accept(message("oi"))
    await ana.idle()
    assert said(await clara.transcript(ANA)) == ["customer: oi", "clara: nova"]
    assert said(ana.entries) == ["customer: oi", "clara: nova"]
    assert (scripted.state.stored, scripted.state.kept) == (1, 1)


async def test_a_turn_that_fails_every_time_is_answered_with_the_protocol(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    scripted.script["oi"] = [ValueError("once"), ValueError("twice"), ValueError("thrice")]
    await clara.accept(message("oi"))
    await ana.idle()
    assert said(ana.entries)[1].startswith("clara: say_technical_fault 20")


async def test_silence_of_the_engine_is_answered_too(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    scripted.script["oi"] = [[]]
    await clara.accept(message("oi"))
    await ana.idle()
    assert said(ana.entries)[1].startswith("clara: say_technical_fault")


async def test_a_text_that_is_too_long_is_answered_unread(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    await clara.accept(message("x" * (MAX_TEXT_LENGTH + 1)))
    await ana.idle()
    assert scripted.heard == []
    assert len(ana.entries[0].message.text) == MAX_TEXT_LENGTH + 1
    assert said(ana.entries)[1].startswith("clara: say_text_too_long")


async def test_typed_text_never_becomes_a_command(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    await clara.accept(message("\u200b /restart"))
    await ana.idle()
    assert scripted.heard == ["restart"]
    assert ana.entries[0].message.text == "\u200b /restart"


async def test_a_picked_choice_is_its_payload_to_the_engine_and_its_title_to_people(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    choice = await _offered(clara, ana, scripted)
    await clara.accept(message(None, 2, choice=choice))
    await ana.idle(2)
    assert scripted.heard[1] == '/second_copy{"a": "b"}'
    assert said(ana.entries)[2] == "customer: 2ª via"
    assert "second_copy" not in str(ana.entries[:3])


async def test_a_typed_title_picks_the_choice_offered_last(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    await _offered(clara, ana, scripted)
    await clara.accept(message("2A VIA!", 2))
    await ana.idle(2)
    assert scripted.heard[1] == '/second_copy{"a": "b"}'
    assert said(ana.entries)[2] == "customer: 2A VIA!"


@pytest.mark.parametrize(("typed", "heard"), [("1", '/second_copy{"a": "b"}'), ("2", "2")])
async def test_a_typed_number_picks_the_choice_in_that_place(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine, typed: str, heard: str
) -> None:
    await _offered(clara, ana, scripted)
    await clara.accept(message(typed, 2))
    await ana.idle(2)
    assert scripted.heard[1] == heard


async def test_a_title_that_was_offered_a_day_ago_is_only_text(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine, time: Time
) -> None:
    await _offered(clara, ana, scripted)
    time.now += timedelta(hours=24, seconds=1)
    await clara.accept(replace(message("2ª via", 2), sent_at=time.now))
    await ana.idle(2)
    assert scripted.heard[1] == "2ª via"


async def test_a_title_that_was_offered_earlier_is_only_text(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    await _offered(clara, ana, scripted)
    await clara.accept(message("oi", 2))
    await ana.idle(2)
    await clara.accept(message("2ª via", 3))
    await ana.idle(3)
    assert scripted.heard[2] == "2ª via"


async def test_a_choice_of_another_conversation_is_refused(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    choice = await _offered(clara, ana, scripted)
    bia = Listener()
    stop = clara.follow(BIA, bia)
    await clara.accept(message(None, 1, sender=BIA, choice=choice))
    await bia.idle()
    stop()
    assert scripted.heard[1] == "/show_menu"
    assert "2ª via" not in str(bia.entries[0])
    assert bia.entries[1].message.text.startswith("say_choice_expired")
    assert bia.entries[1].message.text.endswith("eco: /show_menu")


async def test_a_choice_expires_after_a_day(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine, time: Time
) -> None:
    choice = await _offered(clara, ana, scripted)
    time.now += timedelta(hours=24, seconds=1)
    await clara.accept(message(None, 2, choice=choice))
    await ana.idle(2)
    assert scripted.heard[1] == "/show_menu"
    assert said(ana.entries)[2] == "customer: 2ª via"


async def test_clara_is_silent_while_a_person_attends(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine, records: Records
) -> None:
    await clara.accept(message("oi", 1))
    await ana.idle()
    conversation = scripted.turns[0].conversation
    _take_over(records, conversation)
    await clara.accept(message("alguém aí?", 2))
    await ana.idle(2)
    assert said(ana.entries)[2:] == ["customer: alguém aí?"]
    with records.begin() as connection:
        connection.execute(update(handoffs).values(closed_at=NOW))
    await clara.accept(message("e agora?", 3))
    await ana.idle(3)
    assert said(ana.entries)[-1] == "clara: eco: e agora?"


async def test_the_engine_learns_channel_and_hashed_address(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    await clara.accept(message("oi", address="203.0.113.7"))
    await ana.idle()
    metadata = scripted.turns[0].metadata
    assert metadata["channel"] == "webchat"
    assert len(metadata["address"]) == 64
    assert "203.0.113.7" not in str(scripted.turns)


async def test_a_follower_that_fails_misses_the_event_and_hears_the_next(
    clara: Conversations, ana: Listener
) -> None:
    heard: list[object] = []

    async def fails_once(event: Entry | Working) -> None:
        heard.append(event)
        if len(heard) == 1:
            raise ConnectionError

    stop = clara.follow(ANA, fails_once)
    await clara.accept(message("oi"))
    await ana.idle()
    await ana.until(lambda: len(heard) == len(ana.events))
    stop()
    assert heard == ana.events


async def test_who_stopped_following_hears_no_more(clara: Conversations, ana: Listener) -> None:
    gone = Listener()
    clara.follow(ANA, gone)()
    await clara.accept(message("oi"))
    await ana.idle()
    assert gone.events == []


async def test_an_attachment_is_given_to_its_conversation_only(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine, records: Records
) -> None:
    await clara.accept(message("oi"))
    await ana.idle()
    await clara.accept(message("oi", sender=BIA))
    owner = scripted.turns[0].conversation
    kept = Attachments(records).keep(owner, "conta.pdf", "application/pdf", "Conta", b"%PDF")
    content = await clara.attachment(ANA, kept)
    assert content is not None
    assert (content.filename, content.data) == ("conta.pdf", b"%PDF")
    assert await clara.attachment(BIA, kept) is None
    assert await clara.attachment(ANA, "nothing") is None


async def _offered(clara: Conversations, ana: Listener, scripted: ScriptedEngine) -> str:
    scripted.script["menu"] = [MENU]
    await clara.accept(message("menu"))
    await ana.idle()
    [choice] = ana.entries[1].message.choices
    assert ana.entries[1].author is Author.CLARA
    return choice.id


def _take_over(records: Records, conversation: str) -> None:
    attendance, _ = Attendances(records).open(conversation, "webchat")
    with records.begin() as connection:
        connection.execute(
            insert(handoffs).values(
                protocol=attendance.protocol,
                conversation_id=conversation,
                requested_at=NOW,
                transcript="",
                taken_at=NOW,
            )
        )


async def test_first_messages_of_a_sender_at_once_open_one_conversation(
    clara: Conversations, ana: Listener, scripted: ScriptedEngine
) -> None:
    outcomes = await asyncio.gather(*(clara.accept(message("oi", number)) for number in range(8)))
    await ana.until(lambda: len(ana.entries) == 16)
    assert outcomes == [Acceptance.ACCEPTED] * 8
    assert len({turn.conversation for turn in scripted.turns}) == 1
    assert [entry.number for entry in ana.entries] == list(range(1, 17))
