"""``python -m bot check telegram``, in each state that an operator may find."""

from __future__ import annotations

import time

import pytest

from channels.checking import Finding, Verdict
from channels.telegram import Mode, TelegramSettings
from channels.telegram.checking import check
from tests.channels.telegram.channel import SECRET, run_channel
from tests.servers.telegram import TelegramServer, Webhook


def settings(telegram: TelegramServer, url: str = "", mode: Mode = Mode.WEBHOOK, **changed: str):  # type: ignore[no-untyped-def]
    values = {"token": telegram.token, "webhook_secret": SECRET, "api_url": telegram.base_url}
    return TelegramSettings(
        **{**values, "public_url": url.removesuffix("/webhooks/telegram"), **changed}, mode=mode
    )


def wrong(findings: list[Finding]) -> str:
    (text,) = [one.text for one in findings if one.verdict is Verdict.WRONG]
    return text


async def test_all_is_well_with_the_webhook(telegram: TelegramServer) -> None:
    async with run_channel(telegram) as running:
        findings = await check(settings(telegram, running.url))
        assert running.recorder.accepted == []
    assert {one.verdict for one in findings} == {Verdict.GOOD}
    told = " ".join(one.text for one in findings)
    assert "@clara_de_teste_bot" in told
    assert running.url in told


async def test_all_is_well_with_polling(telegram: TelegramServer) -> None:
    findings = await check(settings(telegram, mode=Mode.POLLING))
    assert [one.verdict for one in findings] == [Verdict.GOOD, Verdict.GOOD]


async def test_a_wrong_token(telegram: TelegramServer) -> None:
    other = "7000000001:another-token-that-was-revoked-long-ago"
    findings = await check(settings(telegram, token=other))
    assert "CLARA_TELEGRAM_TOKEN" in wrong(findings)
    assert other not in wrong(findings)


async def test_telegram_has_a_fault(telegram: TelegramServer) -> None:
    telegram.refuse("getMe", 502, "Bad Gateway")
    assert "502" in wrong(await check(settings(telegram)))


async def test_telegram_cannot_be_reached(telegram: TelegramServer) -> None:
    nowhere = settings(telegram, api_url="http://127.0.0.1:9")
    assert "127.0.0.1:9" in wrong(await check(nowhere))


async def test_no_webhook_is_set(telegram: TelegramServer) -> None:
    async with run_channel(telegram, started=False) as running:
        assert "Nenhum webhook" in wrong(await check(settings(telegram, running.url)))


async def test_the_webhook_is_elsewhere(telegram: TelegramServer) -> None:
    async with run_channel(telegram, started=False) as running:
        telegram.webhook = Webhook("https://velho.example/hook", SECRET, [])
        told = wrong(await check(settings(telegram, running.url)))
    assert "velho.example" in told
    assert "CLARA_PUBLIC_URL" in told


async def test_updates_that_are_not_delivered(telegram: TelegramServer) -> None:
    async with run_channel(telegram) as running:
        assert telegram.webhook
        telegram.webhook.allowed = ["message"]
        told = wrong(await check(settings(telegram, running.url)))
    assert "callback_query, edited_message, my_chat_member" in told


async def test_a_secret_that_differs_between_telegram_and_us(telegram: TelegramServer) -> None:
    telegram.now = int(time.time())
    async with run_channel(telegram) as running:
        assert telegram.webhook
        telegram.webhook.secret = "another-secret-0123456789"
        telegram.customer().say("oi")
        await telegram.until(lambda: telegram.last_error is not None)
        findings = await check(settings(telegram, running.url))
        telegram.webhook.secret = SECRET
    assert "CLARA_TELEGRAM_WEBHOOK_SECRET" in wrong(findings)
    assert "esperando entrega: 1" in " ".join(one.text for one in findings)


async def test_a_secret_that_differs_between_two_of_our_processes(telegram: TelegramServer) -> None:
    async with run_channel(telegram) as running:
        other = settings(telegram, running.url, webhook_secret="another-secret-0123456789")
        assert "outro CLARA_TELEGRAM_WEBHOOK_SECRET" in wrong(await check(other))


@pytest.mark.parametrize("minutes", [1, 60])
async def test_an_error_of_the_past_matters_while_it_is_fresh(
    telegram: TelegramServer, minutes: int
) -> None:
    async with run_channel(telegram) as running:
        telegram.last_error = "Connection refused"
        telegram.now = int(time.time()) - 60 * minutes
        findings = await check(settings(telegram, running.url))
    is_wrong = any(one.verdict is Verdict.WRONG for one in findings)
    assert is_wrong is (minutes == 1)


async def test_nobody_answers_at_the_public_address(telegram: TelegramServer) -> None:
    async with run_channel(telegram) as running:
        pass
    assert "Ninguém responde" in wrong(await check(settings(telegram, running.url)))


async def test_a_webhook_in_the_way_of_polling(telegram: TelegramServer) -> None:
    telegram.webhook = Webhook("https://clara.example/webhooks/telegram", SECRET, [])
    told = wrong(await check(settings(telegram, mode=Mode.POLLING)))
    assert "clara.example" in told
    assert "docs/telegram.md" in told
