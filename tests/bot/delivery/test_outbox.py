"""What goes out by calls: in order, at the provider's pace, until it is taken or parked."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Engine as Records
from sqlalchemy.exc import OperationalError

from bot.delivery import holds
from bot.delivery.dispatcher import UNDECIDED
from bot.delivery.house import Delivery
from bot.delivery.lease import Lease
from channels.assistant import Acceptance, Sender
from channels.sending import Pace, Receipt, ReceiptStatus, Remedy
from records.tables import aliases, outbox
from tests.bot.delivery.conftest import ANA, BIA, HURRIED, SECRET, message, until
from tests.bot.delivery.provider import DROP, HANG, HttpChannel, Provider
from tests.bot.scripted import ScriptedEngine

NOW = datetime.now(timezone.utc)


def rows(records: Records) -> list[Any]:
    with records.begin() as connection:
        return connection.execute(select(outbox).order_by(outbox.c.id)).all()


def states(records: Records) -> list[str]:
    return [row.state for row in rows(records)]


async def test_an_answer_is_sent(delivery: Delivery, provider: Provider, records: Records) -> None:
    assert await delivery.conversations.accept(message("oi")) is Acceptance.ACCEPTED
    await provider.until(lambda: provider.said_to("ana") == ["eco: oi"])
    await until(lambda: states(records) == ["sent"])
    [row] = rows(records)
    assert (row.provider_id, row.attempts, row.message_id) == ("p1", 1, "m1")
    assert provider.calls[0]["key"] == row.key


async def test_what_an_account_has_no_calls_for_is_not_sent(
    delivery: Delivery, provider: Provider, records: Records
) -> None:
    await delivery.conversations.accept(message("oi", sender=Sender("webchat", "site", "ana")))
    await delivery.conversations.accept(message("oi"))
    await provider.until(lambda: bool(provider.calls))
    assert len(rows(records)) == 1


async def test_a_recipient_s_messages_go_out_in_order_past_failures(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine
) -> None:
    provider.outcomes.extend([500, 429, 503])
    provider.retry_after = 0.05
    scripted.script["oi"] = [[{"text": f"{n}", "custom": {"links": [{"title": "t", "url": "u"}]}}
                              for n in range(4)]]  # fmt: skip
    await delivery.conversations.accept(message("oi"))
    await provider.until(lambda: len(provider.said_to("ana")) == 4)
    assert provider.said_to("ana") == ["0", "1", "2", "3"]


async def test_one_recipient_does_not_wait_for_another(
    delivery: Delivery, provider: Provider, channel: HttpChannel, records: Records
) -> None:
    channel.deadline = 2.0
    provider.outcomes.append(HANG)
    await delivery.conversations.accept(message("oi"))
    await provider.until(lambda: len(provider.calls) == 1)
    await delivery.conversations.accept(message("olá", sender=BIA))
    await provider.until(lambda: provider.said_to("bia") == ["eco: olá"])
    assert provider.said_to("ana") == []
    await provider.until(lambda: provider.said_to("ana") == ["eco: oi"])


async def test_a_call_that_keeps_failing_is_parked_and_the_next_follows(
    delivery: Delivery, provider: Provider, records: Records
) -> None:
    provider.outcomes.extend([500] * 5)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: states(records) == ["given_up"])
    assert rows(records)[0].reason == "HTTP 500"
    await delivery.conversations.accept(message("e agora", "m2"))
    await provider.until(lambda: provider.said_to("ana") == ["eco: e agora"])


async def test_a_call_that_can_never_work_is_parked_at_once(
    delivery: Delivery, provider: Provider, records: Records
) -> None:
    provider.outcomes.append(400)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: states(records) == ["given_up"])
    assert (rows(records)[0].attempts, rows(records)[0].reason) == (1, "HTTP 400")


async def test_an_account_that_is_refused_waits_and_goes_on_once_it_is_mended(
    delivery: Delivery, provider: Provider, records: Records
) -> None:
    provider.outcomes.append(401)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: holds.all_holds(records))
    [hold] = holds.all_holds(records)
    assert (hold.channel, hold.account, hold.reason) == ("courier", "1", "HTTP 401")
    await delivery.conversations.accept(message("olá", sender=BIA))
    await until(lambda: states(records) == ["waiting", "waiting"])
    assert len(provider.calls) == 1
    with records.begin() as connection:  # the operator asks for another attempt
        connection.execute(update(holds.holds).values(next_attempt_at=NOW))
    await provider.until(lambda: provider.said_to("bia") == ["eco: olá"])
    assert provider.said_to("ana") == ["eco: oi"]
    await until(lambda: not holds.all_holds(records))


async def test_who_cannot_be_reached_is_left_alone_until_they_write_again(
    delivery: Delivery, provider: Provider, records: Records
) -> None:
    provider.outcomes.append(403)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: states(records) == ["given_up"])
    with records.begin() as connection:
        reason = connection.execute(select(aliases.c.unreachable_reason)).scalar_one()
    assert reason == "HTTP 403"
    await delivery.conversations.accept(message("voltei", "m2"))
    await provider.until(lambda: provider.said_to("ana") == ["eco: voltei"])


async def test_what_waits_for_somebody_who_blocks_us_is_given_up(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records
) -> None:
    scripted.gate.clear()
    await delivery.conversations.accept(message("oi"))
    await scripted.started.wait()
    await delivery.reports.unreachable(ANA, "bloqueou")
    scripted.gate.set()
    await until(lambda: states(records) == ["given_up"])
    assert rows(records)[0].reason == "bloqueou"
    assert provider.calls == []


async def test_a_call_that_may_have_been_taken_is_made_again_and_counted(
    delivery: Delivery, provider: Provider, records: Records
) -> None:
    provider.outcomes.append(DROP)
    await delivery.conversations.accept(message("oi"))
    await provider.until(lambda: len(provider.said_to("ana")) == 2)
    assert len(set(provider.keys["ana"])) == 1
    await until(lambda: states(records) == ["sent"])
    assert rows(records)[0].doubts == 1


async def test_a_provider_that_never_tells_is_not_asked_for_ever(
    delivery: Delivery, provider: Provider, records: Records
) -> None:
    provider.outcomes.extend([DROP] * 9)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: states(records) == ["given_up"])
    assert rows(records)[0].reason == UNDECIDED
    assert len(provider.said_to("ana")) == HURRIED.patience.max_doubts


class TestReceipts:
    """What a provider reports later."""

    @pytest.fixture
    async def channel(self, provider: Provider) -> Any:
        channel = HttpChannel(provider.url, echoes_keys=True)
        yield channel
        await channel.close()

    async def sent(self, delivery: Delivery, records: Records) -> Any:
        await delivery.conversations.accept(message("oi"))
        await until(lambda: states(records) == ["sent"])
        return rows(records)[0]

    @staticmethod
    def receipt(row: Any, status: ReceiptStatus, **more: Any) -> Receipt:
        of = {"provider_id": row.provider_id, "key": row.key} | more
        return Receipt("courier", "1", status=status, at=NOW, **of)

    async def test_a_receipt_decides_what_a_dropped_connection_left_open(
        self, delivery: Delivery, provider: Provider, records: Records
    ) -> None:
        provider.outcomes.append(DROP)
        await delivery.conversations.accept(message("oi"))
        await until(lambda: states(records) == ["unknown"])
        [row] = rows(records)
        found = self.receipt(row, ReceiptStatus.SENT, provider_id="p1")
        await delivery.reports.receipt(found)
        await delivery.conversations.accept(message("tudo bem", "m2"))
        await provider.until(lambda: len(provider.said_to("ana")) == 2)
        assert provider.said_to("ana") == ["eco: oi", "eco: tudo bem"]
        assert rows(records)[0].provider_id == "p1"

    async def test_without_a_receipt_it_is_sent_again(
        self, delivery: Delivery, provider: Provider, channel: HttpChannel, records: Records
    ) -> None:
        channel.deadline = 2.0
        provider.outcomes.append(HANG)
        await delivery.conversations.accept(message("oi"))
        await provider.until(lambda: provider.said_to("ana") == ["eco: oi"])

    async def test_the_status_never_falls_back(self, delivery: Delivery, records: Records) -> None:
        row = await self.sent(delivery, records)
        read, failed = ReceiptStatus.READ, ReceiptStatus.FAILED
        for status in (read, ReceiptStatus.DELIVERED, ReceiptStatus.SENT, failed):
            await delivery.reports.receipt(self.receipt(row, status))
        assert rows(records)[0].receipt == read.value
        assert states(records) == ["sent"]

    async def test_a_later_failure_is_kept_with_its_reason(
        self, delivery: Delivery, records: Records
    ) -> None:
        row = await self.sent(delivery, records)
        failed = self.receipt(row, ReceiptStatus.FAILED, reason="131026")
        for _ in range(2):
            await delivery.reports.receipt(failed)
        assert (rows(records)[0].state, rows(records)[0].reason) == ("given_up", "131026")
        await delivery.reports.receipt(self.receipt(row, ReceiptStatus.DELIVERED))
        assert states(records) == ["sent"]  # it reached one of their telephones

    async def test_a_later_failure_that_may_pass_is_sent_again(
        self, delivery: Delivery, provider: Provider, records: Records
    ) -> None:
        row = await self.sent(delivery, records)
        again = self.receipt(row, ReceiptStatus.FAILED, reason="131016", remedy=Remedy.RETRY)
        await delivery.reports.receipt(again)
        await provider.until(lambda: len(provider.said_to("ana")) == 2)
        await until(lambda: states(records) == ["sent"])
        await delivery.reports.receipt(again)  # of the first call: known already
        assert states(records) == ["sent"]

    async def test_a_later_failure_that_may_pass_once_is_sent_once_more(
        self, delivery: Delivery, provider: Provider, records: Records
    ) -> None:
        row = await self.sent(delivery, records)
        for calls in (1, 2):
            await until(lambda: states(records) == ["sent"])
            assert len(provider.said_to("ana")) == calls
            failed = {"provider_id": f"p{calls}", "remedy": Remedy.ONCE_MORE, "reason": "131053"}
            await delivery.reports.receipt(self.receipt(row, ReceiptStatus.FAILED, **failed))
        assert (rows(records)[0].state, rows(records)[0].reason) == ("given_up", "131053")

    async def test_of_a_message_that_is_none_of_ours_nothing_is_kept(
        self, delivery: Delivery, records: Records
    ) -> None:
        row = await self.sent(delivery, records)
        unknown = self.receipt(row, ReceiptStatus.READ, provider_id="other", key=None)
        await delivery.reports.receipt(unknown)
        assert rows(records)[0].receipt is None


@pytest.mark.parametrize(("refusals", "state"), [(1, "sent"), (2, "given_up")])
async def test_what_may_work_with_a_new_file_is_tried_once_more(
    delivery: Delivery, provider: Provider, records: Records, refusals: int, state: str
) -> None:
    provider.outcomes.extend([415] * refusals)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: states(records) == [state])
    assert rows(records)[0].attempts == 2


async def test_a_new_id_of_the_same_person_takes_over_what_waits(
    delivery: Delivery, provider: Provider, records: Records
) -> None:
    provider.outcomes.append(401)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: holds.all_holds(records))
    await delivery.reports.renamed(ANA, Sender("courier", "1", "ana maria"))
    with records.begin() as connection:
        connection.execute(update(holds.holds).values(next_attempt_at=NOW))
    await provider.until(lambda: provider.said_to("ana maria") == ["eco: oi"])
    await delivery.conversations.accept(
        message("de novo", "m2", Sender("courier", "1", "ana maria"))
    )
    await provider.until(lambda: len(provider.said_to("ana maria")) == 2)
    assert len({row.conversation_id for row in rows(records)}) == 1


async def test_what_was_being_sent_when_the_process_died_is_sent_again(
    records: Records, provider: Provider, channel: HttpChannel, scripted: ScriptedEngine
) -> None:
    def made() -> Delivery:
        return Delivery(records, SECRET, scripted, channels=[channel], habits=HURRIED)

    provider.outcomes.append(HANG)
    dying = made()
    await dying.start()
    await dying.conversations.accept(message("oi"))
    await provider.until(lambda: len(provider.calls) == 1)
    await dying.stop(deadline=0)
    assert states(records) == ["sending"]
    following = made()
    await following.start()
    await provider.until(lambda: provider.said_to("ana") == ["eco: oi"])
    await following.stop()
    assert states(records) == ["sent"]


async def test_a_call_made_while_the_records_went_away_is_not_in_doubt(
    delivery: Delivery, provider: Provider, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process knows what became of it, and notes it when they are back."""
    away = OperationalError("", {}, Exception("the records are away"))
    held: list[bool] = []
    hold = Lease.hold

    def lose_and_take_again(lease: Lease) -> bool:
        if provider.calls:
            held.append(bool(held))
            if not held[-1]:
                raise away
        return hold(lease)

    def keep_from_being_noted(_: Connection, cursor: object, statement: str, *__: object) -> None:
        if len(held) < 4 and "provider_id=" in statement.partition("WHERE")[0]:
            raise away

    monkeypatch.setattr(Lease, "hold", lose_and_take_again)
    event.listen(records, "before_cursor_execute", keep_from_being_noted)
    await delivery.conversations.accept(message("oi"))
    await until(lambda: states(records) == ["sent"])
    assert provider.said_to("ana") == ["eco: oi"]
    assert [row.doubts for row in rows(records)] == [0]


async def test_one_process_leads_an_account_and_another_follows_it(
    records: Records, channel: HttpChannel, scripted: ScriptedEngine
) -> None:
    def made(sends: bool = True) -> Delivery:
        return Delivery(records, SECRET, scripted, channels=[channel], sends=sends, habits=HURRIED)

    first, engine = made(), made(sends=False)
    await first.start()
    await engine.start()
    await until(lambda: first.leads(channel))
    assert not first.leads(None)
    assert not engine.leads(channel)
    if records.dialect.name == "postgresql":  # SQLite belongs to one process
        second = made()
        await second.start()
        assert not second.leads(channel)
        await first.stop()
        await until(lambda: second.leads(channel))
        assert not first.leads(channel)
        await second.stop()
    else:
        await first.stop()
    await engine.stop()


async def test_the_pace_of_a_recipient_is_kept(
    records: Records, provider: Provider, scripted: ScriptedEngine
) -> None:
    pace = Pace(per_second=100, recipient_interval=0.2, recipient_burst=2)
    channel = HttpChannel(provider.url, pace=pace)
    delivery = Delivery(records, SECRET, scripted, channels=[channel], habits=HURRIED)
    await delivery.start()
    clock = asyncio.get_running_loop().time
    began = clock()
    for number in range(4):
        await delivery.conversations.accept(message(f"{number}", f"m{number}"))
    await provider.until(lambda: len(provider.said_to("ana")) == 4)
    assert clock() - began >= 0.35  # two at once, two at their interval
    assert provider.said_to("ana") == [f"eco: {number}" for number in range(4)]
    await delivery.stop()
    await channel.close()


async def test_a_long_turn_is_shown(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine
) -> None:
    scripted.gate.clear()
    await delivery.conversations.accept(message("oi"))
    await provider.until(lambda: provider.working == ["ana"])
    scripted.gate.set()
    await provider.until(lambda: provider.said_to("ana") == ["eco: oi"])
