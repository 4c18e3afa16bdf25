"""Asks Meta, and our own public address, whether customers are heard; says what is wrong."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from channels.calls import NotSent, Unanswered
from channels.checking import Finding, Verdict
from channels.whatsapp.failures import GraphError, rule_of
from channels.whatsapp.graph import Graph
from channels.whatsapp.settings import WhatsAppSettings
from channels.whatsapp.signature import HEADER, sign
from channels.whatsapp.subscription import check_subscription

FIELDS = ("display_phone_number", "verified_name", "platform_type", "webhook_configuration")
_DEADLINE = aiohttp.ClientTimeout(total=10)
_CALLED_BEFORE = (
    "override_callback_uri", "phone_number", "whatsapp_business_account", "application",
)  # fmt: skip
"""Webhooks that a number may have, the one that is called first."""

_TOKEN_CODES = (0, 190)


async def check(settings: WhatsAppSettings) -> list[Finding]:
    """Everything that can be told from outside, the telling things first."""
    graph = Graph(settings)
    try:
        number = await graph.number(*FIELDS)
        subscription = await check_subscription(graph, settings)
    except GraphError as error:
        return [_refused(error)]
    except (NotSent, Unanswered):
        host = urlsplit(settings.graph_url).netloc
        return [_wrong(f"Não consegui chegar a {host}. Confira a internet, o DNS e o firewall.")]
    finally:
        await graph.close()
    return [
        _good(
            "O token e a chave secreta valem, e são do número "
            f"{number.get('display_phone_number')} ({number.get('verified_name')})."
        ),
        _registered(number),
        _webhook(number, settings),
        *subscription,
        await _shakes_hands(settings),
        await _reads(settings),
    ]


def _refused(error: GraphError) -> Finding:
    if error.code in _TOKEN_CODES:
        return _wrong(
            "A Meta não aceita o token de acesso: ele venceu, foi revogado ou copiado com erro. "
            "Gere um do usuário do sistema, sem validade, e ponha em CLARA_WHATSAPP_ACCESS_TOKEN."
        )
    details = error.details.lower()
    if "appsecret" in details:
        return _wrong(
            "CLARA_WHATSAPP_APP_SECRET não é a chave do aplicativo que gerou o token. Ela está em "
            "Configurações do app > Básico > Chave Secreta."
        )
    if error.code in (33, 100):
        return _wrong(
            "A Meta não conhece CLARA_WHATSAPP_PHONE_NUMBER_ID, ou o token não alcança esse "
            "número. É o identificador em WhatsApp > Configuração da API, não o telefone."
        )
    return _wrong(f"A Meta respondeu {error.name}: {rule_of(error).reason}.")


def _registered(number: dict[str, Any]) -> Finding:
    if number.get("platform_type") == "CLOUD_API":
        return _good("O número está registrado na API da nuvem.")
    return _wrong(
        "O número não está registrado na API da nuvem: registre-o com o PIN da verificação em duas "
        "etapas, como em docs/whatsapp.md, passo 1."
    )


def _webhook(number: dict[str, Any], settings: WhatsAppSettings) -> Finding:
    configuration = number.get("webhook_configuration") or {}
    url = next((configuration[kind] for kind in _CALLED_BEFORE if configuration.get(kind)), None)
    if not url:
        return _wrong(
            "Nenhum webhook está configurado: em WhatsApp > Configuração, informe "
            f"{settings.webhook_url} e assine o campo messages."
        )
    if url != settings.webhook_url:
        return _wrong(
            f"O webhook aponta para {urlsplit(str(url)).netloc}, e não para "
            f"{settings.webhook_url}. Confira CLARA_PUBLIC_URL e o endereço no painel da Meta."
        )
    return _good(f"O webhook está configurado em {url}.")


async def _shakes_hands(settings: WhatsAppSettings) -> Finding:
    """Do what Meta does when a webhook is entered in its panel."""
    challenge = secrets.token_hex(8)
    query = {
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": settings.verify_token,
    }
    try:
        async with (
            aiohttp.ClientSession(timeout=_DEADLINE) as http,
            http.get(settings.webhook_url, params=query) as response,
        ):
            status, said = response.status, await response.text()
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        return _wrong(
            f"Ninguém responde em {settings.webhook_url} ({type(error).__name__}). A Clara está no "
            "ar? O proxy e o certificado (TLS) estão certos?"
        )
    if status == 200 and said == challenge:
        return _good("A Clara responde nesse endereço, com o mesmo token de verificação.")
    if status == 403:
        return _wrong("A Clara que responde nesse endereço tem outro CLARA_WHATSAPP_VERIFY_TOKEN.")
    return _wrong(
        f"O endereço responde {status} à verificação: o proxy leva o caminho inteiro até a Clara, "
        "e ela foi iniciada com o WhatsApp configurado?"
    )


async def _reads(settings: WhatsAppSettings) -> Finding:
    """Deliver what means nothing, signed as Meta would."""
    body = b"{}"
    headers = {HEADER: sign(body, settings.app_secret)}
    try:
        async with (
            aiohttp.ClientSession(timeout=_DEADLINE) as http,
            http.post(settings.webhook_url, data=body, headers=headers) as response,
        ):
            status = response.status
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        return _wrong(f"A entrega não chega à Clara ({type(error).__name__}).")
    if status == 200:
        return _good("A Clara aceita o que vem assinado com a chave secreta.")
    if status == 403:
        return _wrong("A Clara que responde nesse endereço tem outro CLARA_WHATSAPP_APP_SECRET.")
    return _wrong(f"A Clara responde {status} a uma entrega: veja os registros (log).")


def _good(text: str) -> Finding:
    return Finding(Verdict.GOOD, text)


def _wrong(text: str) -> Finding:
    return Finding(Verdict.WRONG, text)
