"""``python -m bot check whatsapp``, in each state that an operator may find."""

from __future__ import annotations

from typing import Any

from channels.checking import Finding, Verdict
from channels.whatsapp.checking import check
from tests.channels.whatsapp.channel import RunningChannel, settings_for
from tests.servers.whatsapp import ACCOUNT_ID, OTHER_NUMBER_ID, WhatsAppServer


async def checked(whatsapp: WhatsAppServer, **changes: Any) -> list[Finding]:
    url = whatsapp.webhook_url.removesuffix("/webhooks/whatsapp")
    return await check(settings_for(whatsapp, **{"public_url": url} | changes))


def wrong(findings: list[Finding]) -> str:
    return "\n".join(one.text for one in findings if one.verdict is Verdict.WRONG)


async def test_all_is_well(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    findings = await checked(whatsapp)
    assert {one.verdict for one in findings} == {Verdict.GOOD}
    assert "+55 91 3217-0000" in findings[0].text
    assert running.recorder.accepted == []


async def test_an_expired_token(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    token = "EAAG-a-token-that-has-expired"
    told = wrong(await checked(whatsapp, access_token=token))
    assert "CLARA_WHATSAPP_ACCESS_TOKEN" in told
    assert token not in told


async def test_the_secret_of_another_app(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    assert "APP_SECRET" in wrong(await checked(whatsapp, app_secret="f" * 32))


async def test_a_number_that_is_not_ours(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    told = wrong(await checked(whatsapp, phone_number_id=OTHER_NUMBER_ID))
    assert "CLARA_WHATSAPP_PHONE_NUMBER_ID" in told


async def test_a_number_that_is_not_registered(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    whatsapp.registered = False
    assert "não está registrado" in wrong(await checked(whatsapp))


async def test_no_webhook_is_set(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    url, whatsapp.webhook_url = whatsapp.webhook_url, ""
    told = wrong(await checked(whatsapp, public_url=url.removesuffix("/webhooks/whatsapp")))
    assert "Nenhum webhook" in told


async def test_the_app_does_not_subscribe_to_messages(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    whatsapp.subscribed_fields = ["account_update"]
    assert "não assina o campo messages" in wrong(await checked(whatsapp))


async def test_the_account_delivers_to_another_app(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    whatsapp.subscribed_apps = ["999"]
    assert f"{ACCOUNT_ID} não entrega a este aplicativo" in wrong(await checked(whatsapp))


async def test_a_token_that_will_expire(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    whatsapp.token_expires_at = 1_800_000_000
    (doubtful,) = [one for one in await checked(whatsapp) if one.verdict is Verdict.DOUBTFUL]
    assert "O token vence em 15/01/2027" in doubtful.text


async def test_the_webhook_is_elsewhere(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    url, whatsapp.webhook_url = whatsapp.webhook_url, "https://velho.example/hook"
    told = wrong(await checked(whatsapp, public_url=url.removesuffix("/webhooks/whatsapp")))
    assert "velho.example" in told


async def test_another_verify_token(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    told = wrong(await checked(whatsapp, verify_token="another-token-of-16-or-more"))
    assert "CLARA_WHATSAPP_VERIFY_TOKEN" in told


async def test_nobody_answers_at_the_public_address(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    assert "Ninguém responde" in wrong(await checked(whatsapp, public_url="http://127.0.0.1:9"))


async def test_meta_cannot_be_reached(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    assert "127.0.0.1:9" in wrong(await checked(whatsapp, graph_url="http://127.0.0.1:9"))
