"""Asks Meta whether what customers write is delivered to the app at all, and for how long.

Three things have to be so, and each fails without a sound: the app subscribes to ``messages``, the
business account that has our number is subscribed to the app, and the token does not expire.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from channels.calls import NotSent, Unanswered
from channels.checking import Finding, Verdict
from channels.whatsapp.failures import GraphError
from channels.whatsapp.fields import items, mapping
from channels.whatsapp.graph import Graph
from channels.whatsapp.payloads import OBJECT
from channels.whatsapp.settings import WhatsAppSettings

FIELD = "messages"
SCOPE = "whatsapp_business_messaging"
_ACCOUNTS = 20
"""Business accounts that are asked for our number; few operators have more than one."""


async def check_subscription(graph: Graph, settings: WhatsAppSettings) -> list[Finding]:
    """What stands between customers and the webhook, on Meta's side."""
    try:
        app_id = str((await graph.app()).get("id"))
        subscriptions = await graph.get_as_app(app_id, f"{app_id}/subscriptions")
        token = await graph.get_as_app(app_id, "debug_token", input_token=settings.access_token)
        known = mapping(token.get("data"))
        return [
            _fields(subscriptions),
            await _account(graph, app_id, settings.phone_number_id, known),
            _token(known),
        ]
    except (GraphError, NotSent, Unanswered) as error:
        told = error.name if isinstance(error, GraphError) else "sem resposta"
        return [
            Finding(
                Verdict.DOUBTFUL,
                f"Não consegui conferir as assinaturas do webhook ({told}). Confira em WhatsApp > "
                f"Configuração se o campo {FIELD} está assinado.",
            )
        ]


def _fields(subscriptions: Mapping[str, Any]) -> Finding:
    ours = [
        one
        for one in map(mapping, items(subscriptions.get("data")))
        if one.get("object") == OBJECT and one.get("active", True)
    ]
    fields = [field for one in ours for field in items(one.get("fields"))]
    if any(FIELD in (field, mapping(field).get("name")) for field in fields):
        return Finding(Verdict.GOOD, f"O aplicativo assina o campo {FIELD}.")
    return Finding(
        Verdict.WRONG,
        f"O aplicativo não assina o campo {FIELD}: nada do que as pessoas escrevem chega. Assine-o "
        "em WhatsApp > Configuração > Campos do webhook.",
    )


async def _account(graph: Graph, app_id: str, number_id: str, token: Mapping[str, Any]) -> Finding:
    """Whether the account that has our number is subscribed to our app."""
    for account in _accounts_of(token)[:_ACCOUNTS]:
        numbers = await graph.get(f"{account}/phone_numbers", fields="id", limit="100")
        if not any(mapping(one).get("id") == number_id for one in items(numbers.get("data"))):
            continue
        apps = await graph.get(f"{account}/subscribed_apps")
        found = [
            mapping(mapping(one).get("whatsapp_business_api_data"))
            for one in items(apps.get("data"))
        ]
        if any(one.get("id") == app_id for one in found):
            return Finding(Verdict.GOOD, "A conta do WhatsApp entrega ao aplicativo.")
        return Finding(
            Verdict.WRONG,
            f"A conta do WhatsApp {account} não entrega a este aplicativo: nada do que as pessoas "
            "escrevem chega. Assine-a como em docs/whatsapp.md, passo 3.",
        )
    return Finding(
        Verdict.DOUBTFUL,
        "Não consegui ver a conta do WhatsApp do número: dê ao token a permissão "
        "whatsapp_business_management para conferir se ela entrega ao aplicativo.",
    )


def _accounts_of(token: Mapping[str, Any]) -> list[str]:
    granted = map(mapping, items(token.get("granular_scopes")))
    ids = [str(id_) for one in granted for id_ in items(one.get("target_ids"))]
    return list(dict.fromkeys(id_ for id_ in ids if id_.isdigit()))


def _token(token: Mapping[str, Any]) -> Finding:
    expires = token.get("expires_at")
    if SCOPE not in items(token.get("scopes")):
        return Finding(
            Verdict.WRONG,
            f"O token não tem a permissão {SCOPE}: gere outro do usuário do sistema, com ela.",
        )
    if isinstance(expires, int) and expires > 0:
        until = datetime.fromtimestamp(expires, timezone.utc)
        return Finding(
            Verdict.DOUBTFUL,
            f"O token vence em {until:%d/%m/%Y}, e a Clara para de responder. Gere um do usuário "
            "do sistema, sem validade.",
        )
    return Finding(Verdict.GOOD, "O token não vence.")
