"""What Prometheus reads: everything an operator watches, by channel, and nobody's data."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.engine import Engine as Records

from bot.delivery import metrics, parked
from bot.delivery.house import Delivery
from bot.transcript import Transcript
from channels.assistant import Acceptance
from tests.bot.delivery.conftest import ANA, message, until
from tests.bot.delivery.provider import DROP, Provider
from tests.bot.scripted import ScriptedEngine

COURIER = (("channel", "courier"),)
LABELS = {"channel", "outcome", "status", "le"}
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


class Scraper:
    """Asks as Prometheus does, over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url

    def text(self) -> str:
        with urllib.request.urlopen(self._url, timeout=60) as answer:
            return str(answer.read().decode())

    def samples(self) -> Samples:
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
        }

    def gauge(self, name: str, labels: tuple[tuple[str, str], ...] = ()) -> float:
        return self.samples().get((name, labels), 0.0)


class Watch:
    """How far counters have come since the test began: they are the process's."""

    def __init__(self, scraper: Scraper) -> None:
        self._scraper = scraper
        self._before = scraper.samples()

    def __call__(self, name: str, outcome: str = "") -> float:
        labels = (*COURIER, *((("outcome", outcome),) if outcome else ()))
        key = (name, labels)
        return self._scraper.samples().get(key, 0.0) - self._before.get(key, 0.0)


@pytest.fixture
def scraper() -> Iterator[Scraper]:
    server = metrics.serve("127.0.0.1", 0)
    yield Scraper(f"http://127.0.0.1:{server.server_port}/metrics")
    server.shutdown()
    server.server_close()


@pytest.fixture
def grown(scraper: Scraper) -> Watch:
    return Watch(scraper)


async def test_messages_and_turns_are_counted(
    delivery: Delivery, provider: Provider, grown: Watch
) -> None:
    assert await delivery.conversations.accept(message("oi")) is Acceptance.ACCEPTED
    assert await delivery.conversations.accept(message("oi")) is Acceptance.REPEATED
    await until(lambda: grown("clara_sends_total", "sent") == 1)
    assert grown("clara_messages_accepted_total") == 1
    assert grown("clara_messages_repeated_total") == 1
    assert grown("clara_turns_total", "answered") == 1
    for timed in ("clara_accept_seconds_count", "clara_turn_seconds_count"):
        assert grown(timed) >= 1


async def test_calls_that_are_made_again_are_counted_and_those_in_doubt_apart(
    delivery: Delivery, provider: Provider, grown: Watch
) -> None:
    provider.outcomes.extend([500, DROP])
    await delivery.conversations.accept(message("oi"))
    await until(lambda: grown("clara_sends_total", "sent") == 1)
    assert grown("clara_sends_total", "retried") == 1
    assert grown("clara_sends_total", "unknown") == 1
    assert grown("clara_sends_undecided_total") == 1


async def test_what_waits_and_since_when_is_in_sight(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, scraper: Scraper
) -> None:
    scripted.gate.clear()
    await delivery.conversations.accept(message("oi"))
    await until(lambda: scraper.gauge("clara_queue_messages") == 1)
    await until(lambda: scraper.gauge("clara_queue_oldest_seconds") > 0)
    scripted.gate.set()
    await until(lambda: scraper.gauge("clara_queue_messages") == 0)
    await until(lambda: scraper.gauge("clara_queue_oldest_seconds") == 0)


async def test_what_is_parked_is_in_sight(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, grown: Watch, scraper: Scraper
) -> None:
    scripted.script["oi"] = [ValueError("boom")] * 3
    provider.outcomes.append(400)  # nor can the customer be told
    await delivery.conversations.accept(message("oi"))
    await until(lambda: scraper.gauge("clara_parked_messages", COURIER) == 1)
    await until(lambda: scraper.gauge("clara_parked_sends", COURIER) == 1)
    assert grown("clara_turns_total", "failed") == 3
    assert grown("clara_turns_total", "parked") == 1
    assert grown("clara_sends_total", "given_up") == 1


async def test_nobody_s_data_is_in_them(
    delivery: Delivery, provider: Provider, scripted: ScriptedEngine, records: Records,
    scraper: Scraper,
) -> None:  # fmt: skip
    text = "cpf 529.982.247-25, e-mail maria@exemplo.com.br"
    scripted.script[text] = [ValueError(text)] * 3
    await delivery.conversations.accept(message(text, "wamid.HBgM"))
    await until(lambda: parked.listed(records))
    conversation = await asyncio.to_thread(Transcript(records).conversation_of, ANA)
    told = scraper.text()
    for secret in ("982.247-25", "maria", "wamid", '"ana"', str(conversation), "boom"):
        assert secret not in told, secret
    ours = [key for key in scraper.samples() if key[0].startswith("clara_")]
    assert {name for _, labels in ours for name, _ in labels} <= LABELS
