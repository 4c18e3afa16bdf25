"""Asks Telegram, and our own public address, whether customers are heard; says what is wrong."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from channels.calls import NotSent, Unanswered
from channels.checking import Finding, Verdict
from channels.telegram.api import ApiError, BotApi
from channels.telegram.failures import rule_of
from channels.telegram.polling import WEBHOOK_IS_ACTIVE
from channels.telegram.settings import Mode, TelegramSettings
from channels.telegram.updates import KINDS
from channels.telegram.webhook import HEADER

_FRESH_SECONDS = 10 * 60
"""An error older than this, with nothing waiting, is over."""

_DEADLINE = aiohttp.ClientTimeout(total=10)
_BAD_TOKENS = (401, 404)


async def check(settings: TelegramSettings) -> list[Finding]:
    """Everything that can be told from outside, the telling things first."""
    api = BotApi(settings.token, settings.api_url)
    try:
        me = await api.call("getMe")
        webhook = await api.call("getWebhookInfo")
    except ApiError as error:
        return [_refused(error)]
    except (NotSent, Unanswered):
        host = urlsplit(settings.api_url).netloc
        return [_wrong(f"Não consegui chegar a {host}. Confira a internet, o DNS e o firewall.")]
    finally:
        await api.close()
    findings = [_good(f"O token vale: é o do robô @{me.get('username')}.")]
    if me.get("can_join_groups"):
        findings.append(
            _doubtful(
                "O robô pode ser posto em grupos, onde não atende. No BotFather, desligue isso "
                "com /setjoingroups."
            )
        )
    if settings.mode is Mode.POLLING:
        return [*findings, _polling(webhook)]
    return [*findings, *_webhook(webhook, settings), await _reached(settings)]


def _refused(error: ApiError) -> Finding:
    if error.status in _BAD_TOKENS:
        return _wrong(
            "O Telegram não reconhece o token: ele foi copiado com erro ou trocado. No BotFather, "
            "abra /mybots, escolha o robô, “API Token”, e copie para CLARA_TELEGRAM_TOKEN."
        )
    return _wrong(f"O Telegram respondeu {error.status}: {rule_of(error).reason}.")


def _polling(webhook: dict[str, Any]) -> Finding:
    if url := webhook.get("url"):
        return _wrong(f"Modo polling, mas {WEBHOOK_IS_ACTIVE}. O webhook é de {_host(url)}.")
    return _good(f"Modo polling, sem webhook no caminho. {_waiting(webhook)}")


def _webhook(webhook: dict[str, Any], settings: TelegramSettings) -> list[Finding]:
    url = webhook.get("url") or ""
    if not url:
        return [
            _wrong(
                "Nenhum webhook está registrado: o Telegram não entrega as mensagens. A Clara o "
                "registra ao iniciar; inicie-a e confira o registro (log)."
            )
        ]
    if url != settings.webhook_url:
        return [
            _wrong(
                f"O webhook aponta para outro endereço, em {_host(url)}, e não para "
                f"{settings.webhook_url}. Confira CLARA_PUBLIC_URL; se outro servidor usa este "
                "robô, crie um robô para cada um. A Clara registra o seu ao iniciar."
            )
        ]
    findings = [_good(f"O webhook está registrado em {url}. {_waiting(webhook)}")]
    missing = set(KINDS) - set(webhook.get("allowed_updates") or KINDS)
    if missing:
        findings.append(
            _wrong(f"O webhook não entrega {', '.join(sorted(missing))}: reinicie a Clara.")
        )
    return findings + _last_error(webhook)


def _last_error(webhook: dict[str, Any]) -> list[Finding]:
    message, date = webhook.get("last_error_message"), webhook.get("last_error_date") or 0
    age = time.time() - date
    if not message or (age > _FRESH_SECONDS and not webhook.get("pending_update_count")):
        return []
    when = f"há {max(1, round(age / 60))} min"
    if "403" in message:
        return [
            _wrong(
                f"A última entrega ({when}) foi recusada com 403: o segredo que o Telegram tem é "
                "outro. Reinicie a Clara, que o registra de novo; todos os processos precisam do "
                "mesmo CLARA_TELEGRAM_WEBHOOK_SECRET."
            )
        ]
    return [_wrong(f"A última entrega ({when}) falhou. O Telegram diz: {message}")]


async def _reached(settings: TelegramSettings) -> Finding:
    """Call our own webhook as Telegram does, with an update that means nothing."""
    headers = {HEADER: settings.webhook_secret}
    try:
        async with (
            aiohttp.ClientSession(timeout=_DEADLINE) as http,
            http.post(settings.webhook_url, json={}, headers=headers) as response,
        ):
            status = response.status
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        return _wrong(
            f"Ninguém responde em {settings.webhook_url} ({type(error).__name__}). A Clara está no "
            "ar? O proxy e o certificado (TLS) estão certos?"
        )
    if status == 200:
        return _good("A Clara responde nesse endereço, com o mesmo segredo.")
    if status == 403:
        return _wrong(
            "A Clara que responde nesse endereço tem outro CLARA_TELEGRAM_WEBHOOK_SECRET."
        )
    if status == 503:
        return _wrong("A Clara responde, mas não consegue guardar mensagens: veja os registros.")
    return _wrong(
        f"O endereço responde {status}, e não 200: o proxy leva o caminho inteiro até a Clara, e "
        "ela foi iniciada com o Telegram configurado?"
    )


def _waiting(webhook: dict[str, Any]) -> str:
    count = webhook.get("pending_update_count") or 0
    if not count:
        return "Nenhuma mensagem espera entrega."
    return f"Mensagens esperando entrega: {count}."


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _good(text: str) -> Finding:
    return Finding(Verdict.GOOD, text)


def _doubtful(text: str) -> Finding:
    return Finding(Verdict.DOUBTFUL, text)


def _wrong(text: str) -> Finding:
    return Finding(Verdict.WRONG, text)
