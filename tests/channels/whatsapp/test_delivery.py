"""WhatsApp and delivery together: what is said arrives once, whatever Meta answers meanwhile."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select

import records
from bot.delivery.dispatcher import Patience
from bot.delivery.holds import all_holds
from bot.delivery.house import Delivery, Habits
from channels.sending import ReceiptStatus
from channels.whatsapp import WhatsApp
from records.tables import outbox
from tests.bot.scripted import ScriptedEngine
from tests.channels.player import AT_ONCE
from tests.channels.whatsapp.channel import serve_channel, settings_for
from tests.channels.whatsapp.table import CASES
from tests.servers.whatsapp import BURST, Person, WhatsAppServer, payload

AGAIN = timedelta(milliseconds=20)
RECEIPT = timedelta(seconds=60)
IMPATIENT = Habits(
    patience=Patience(poll=0.02, receipt=RECEIPT, first_retry=AGAIN, longest_retry=AGAIN)
)
DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Clara:
    """Delivery over WhatsApp, with an engine that echoes."""

    whatsapp: WhatsAppServer
    engine: ScriptedEngine
    channel: WhatsApp
    database: Any

    def rows(self) -> list[Any]:
        """What went out, or did not."""
        with self.database.begin() as connection:
            return connection.execute(select(outbox).order_by(outbox.c.id)).all()

    def receipts(self) -> list[int | None]:
        return [row.receipt for row in self.rows()]

    async def until(self, condition: Any) -> None:
        """Let time pass until something holds."""
        await self.whatsapp.meanwhile(condition)


@pytest.fixture
def template() -> str:
    return ""


@pytest.fixture
async def clara(whatsapp: WhatsAppServer, database_url: str, template: str) -> AsyncIterator[Clara]:
    database = records.connect(database_url)
    records.migrate(database)

    def now() -> datetime:
        return datetime.fromtimestamp(whatsapp.now, timezone.utc)

    channel = WhatsApp(settings_for(whatsapp, template=template), now=now)
    channel.sending.pace = AT_ONCE
    engine = ScriptedEngine()
    delivery = Delivery(
        database,
        "a-secret-of-the-tests-with-more-than-32-characters",
        engine,
        channels=[channel.sending],
        habits=IMPATIENT,
        now=now,
    )
    await delivery.start()
    async with serve_channel(channel, whatsapp, delivery.conversations, delivery.reports):
        yield Clara(whatsapp, engine, channel, database)
        engine.gate.set()
    await delivery.stop()
    await channel.close()
    database.dispose()


def texts(person: Person) -> list[str]:
    return [shown.text for shown in person.shown]


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_every_payload_of_the_table_is_stored_whatever_is_in_it(clara: Clara) -> None:
    whatsapp = clara.whatsapp
    for name, case in CASES.items():
        assert await whatsapp.post(json.dumps(case["payload"]).encode()) == 200, name
    maria = whatsapp.person()
    await maria.say("e depois?")
    await whatsapp.until(lambda: "eco: e depois?" in texts(maria))


async def test_who_has_heard_much_waits_and_others_do_not(clara: Clara) -> None:
    whatsapp, maria, jose = clara.whatsapp, clara.whatsapp.person(), clara.whatsapp.person("José")
    whatsapp.limits_pairs = True
    for number in range(BURST + 2):
        await maria.say(str(number))
    await maria.hears(BURST)
    await jose.say("e eu?")
    await jose.hears(1)
    assert len(maria.shown) == BURST
    whatsapp.now += 60
    await maria.hears(2)
    assert texts(maria) == [f"eco: {number}" for number in range(BURST + 2)]


@pytest.mark.parametrize(("code", "status"), [(131000, 500), (131016, 500), (130429, 429)])
async def test_a_fault_of_metas_delays_and_loses_nothing(
    clara: Clara, code: int, status: int
) -> None:
    maria = clara.whatsapp.person()
    for _ in range(3):
        clara.whatsapp.refuse(code, status=status)
    await maria.say("um")
    await maria.say("dois")
    await clara.until(lambda: len(maria.shown) == 2)
    assert texts(maria) == ["eco: um", "eco: dois"]


async def test_what_was_sent_is_known_by_its_receipt_and_not_sent_again(clara: Clara) -> None:
    maria = clara.whatsapp.person()
    clara.whatsapp.break_off(after=True)
    await maria.say("um")
    await maria.say("dois")
    await maria.hears(2)  # nothing but the receipt can have let the second one through
    assert texts(maria) == ["eco: um", "eco: dois"]
    assert [row.attempts for row in clara.rows()] == [1, 1]


async def test_without_a_receipt_it_is_sent_again(clara: Clara) -> None:
    maria = clara.whatsapp.person()
    clara.whatsapp.break_off(after=False)
    await maria.say("um")
    await clara.until(lambda: [row.state for row in clara.rows()] == ["unknown"])
    assert maria.shown == []
    clara.whatsapp.now += int(RECEIPT.total_seconds()) + 1
    await maria.hears(1)
    assert texts(maria) == ["eco: um"]


async def test_a_receipt_is_known_however_long_its_id(clara: Clara) -> None:
    clara.whatsapp.prefix = "wamid." + "x" * 300
    maria = clara.whatsapp.person()
    await maria.say("um")
    await maria.hears(1)
    await clara.whatsapp.settled()
    assert clara.receipts() == [ReceiptStatus.DELIVERED.value]


async def test_a_receipt_never_falls_back(clara: Clara) -> None:
    whatsapp, maria = clara.whatsapp, clara.whatsapp.person()
    await maria.say("um")
    (shown,) = await maria.hears(1)
    await whatsapp.settled()
    for status in ("read", "delivered", "sent", "read"):
        await whatsapp.tell(statuses=[whatsapp.status(maria, shown, status)])
        assert clara.receipts() == [ReceiptStatus.READ.value]
    error = {"code": 131026, "title": "Message undeliverable"}
    failed = whatsapp.status(maria, shown, "failed", errors=[error])
    await whatsapp.tell(statuses=[failed])  # of another telephone of theirs
    assert clara.receipts() == [ReceiptStatus.READ.value]


async def test_a_failure_that_is_reported_later_is_on_record_with_its_reason(clara: Clara) -> None:
    whatsapp, maria = clara.whatsapp, clara.whatsapp.person()
    whatsapp.reports = False
    await maria.say("um")
    (shown,) = await maria.hears(1)
    errors = [{"code": 131049, "title": "…", "error_data": {"details": "healthy ecosystem"}}]
    await whatsapp.tell(statuses=[whatsapp.status(maria, shown, "failed", errors=errors)])
    (row,) = clara.rows()
    assert row.state == "given_up"
    assert row.reason == "131049: a Meta não entregou, para poupar a pessoa"


async def test_a_token_that_has_expired_holds_everything_until_it_is_mended(clara: Clara) -> None:
    whatsapp, maria = clara.whatsapp, clara.whatsapp.person()
    whatsapp.refuse(190, status=401)
    await maria.say("um")
    await maria.say("dois")
    await clara.until(lambda: bool(all_holds(clara.database)))
    (hold,) = all_holds(clara.database)
    assert (hold.channel, hold.reason) == ("whatsapp", "190: o token de acesso venceu ou não vale")
    assert texts(maria) == []
    whatsapp.now += 3_600
    await maria.hears(2)
    assert texts(maria) == ["eco: um", "eco: dois"]


async def test_what_meta_never_takes_holds_up_nothing(clara: Clara) -> None:
    maria = clara.whatsapp.person()
    clara.whatsapp.refuse(131009)
    await maria.say("um")
    await maria.say("dois")
    await maria.hears(1)
    assert texts(maria) == ["eco: dois"]
    assert clara.rows()[0].reason == "131009: um parâmetro não foi aceito"


async def test_who_cannot_be_reached_hears_again_once_they_write(clara: Clara) -> None:
    whatsapp, maria = clara.whatsapp, clara.whatsapp.person()
    whatsapp.refuse(131026)
    await maria.say("um")
    await clara.until(lambda: [row.state for row in clara.rows()] == ["given_up"])
    await maria.say("dois")
    await maria.hears(1)
    assert texts(maria) == ["eco: dois"]


async def test_after_a_day_an_answer_is_recorded_as_not_deliverable(clara: Clara) -> None:
    maria = clara.whatsapp.person()
    await _answered_a_day_late(clara, maria)
    await clara.until(lambda: [row.state for row in clara.rows()] == ["given_up"])
    assert clara.rows()[0].reason == "fora da janela de 24 horas"
    assert maria.shown == []


@pytest.mark.parametrize("template", ["clara_tem_resposta"])
async def test_after_a_day_a_template_asks_them_back(clara: Clara, template: str) -> None:
    maria = clara.whatsapp.person()
    await _answered_a_day_late(clara, maria)
    (shown,) = await maria.hears(1)
    assert shown.body["template"]["name"] == template
    await maria.say("oi")
    await maria.hears(1)
    assert texts(maria)[-1] == "eco: oi"


async def _answered_a_day_late(clara: Clara, maria: Person) -> None:
    clara.engine.gate.clear()
    await maria.say("um")
    await clara.engine.started.wait()
    clara.whatsapp.now += DAY
    clara.engine.gate.set()


async def test_a_delivery_that_comes_again_is_answered_once(clara: Clara) -> None:
    whatsapp, maria = clara.whatsapp, clara.whatsapp.person()
    body = json.dumps(payload(messages=[maria.message("text", {"body": "um"})])).encode()
    for _ in range(3):
        assert await whatsapp.post(body) == 200
    await maria.say("dois")
    await maria.hears(2)
    assert texts(maria) == ["eco: um", "eco: dois"]


async def test_a_person_keeps_one_conversation_under_all_their_ids(clara: Clara) -> None:
    whatsapp = clara.whatsapp
    maria = whatsapp.person("Maria", "5591980000001")
    await _talk(maria, "com número e id")
    maria.phone = "559180000001"
    await _talk(maria, "sem o nono dígito")
    maria.phone = None
    await _talk(maria, "só com o id")
    system = {"type": "user_changed_user_id", "previous_user_id": maria.user_id, "user_id": "BR.77"}
    notice = {"id": "wamid.n1", "timestamp": "1", "type": "system", "system": system}
    await whatsapp.tell(messages=[notice])
    maria.user_id = "BR.77"
    await _talk(maria, "com o id novo")
    assert len({turn.conversation for turn in clara.engine.turns}) == 1
    assert [shown.body.get("to", shown.body.get("recipient")) for shown in maria.shown] == [
        "+5591980000001", "+559180000001", "BR.1500000000000001", "BR.77"
    ]  # fmt: skip


async def test_a_number_that_was_given_up_is_somebody_elses(clara: Clara) -> None:
    whatsapp = clara.whatsapp
    maria = whatsapp.person("Maria", "5591980000001")
    await _talk(maria, "sou a Maria")
    system = {"type": "user_changed_number", "wa_id": "5591980000009", "user_id": "BR.77",
              "previous_user_id": maria.user_id}  # fmt: skip
    await maria.send("system", system)
    maria.phone, maria.user_id = "5591980000009", "BR.77"
    await _talk(maria, "continuo a Maria")
    await _talk(whatsapp.person("José", "559180000001"), "sou o José")
    first, second, other = (turn.conversation for turn in clara.engine.turns)
    assert first == second != other


async def _talk(person: Person, text: str) -> None:
    await person.say(text)
    await person.hears(1)
