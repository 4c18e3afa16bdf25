"""What an operator decides about the WhatsApp number: the variables ``CLARA_WHATSAPP_…``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from environs import Env, validate

from channels.channel import Surroundings

GRAPH = "https://graph.facebook.com"
WEBHOOK_PATH = "/webhooks/whatsapp"

_NEEDED = ("PHONE_NUMBER_ID", "ACCESS_TOKEN", "APP_SECRET", "VERIFY_TOKEN")
_NUMBER_ID = validate.Regexp(
    re.compile(r"[0-9]{5,20}\Z"),
    error="o identificador do número (phone number ID) só tem algarismos; não é o telefone",
)
_TOKEN = validate.Regexp(
    re.compile(r"[!-~]{20,}\Z"),
    error="o token de acesso está incompleto; copie-o do painel da Meta",
)
_SECRET = validate.Regexp(
    re.compile(r"[0-9a-f]{32}\Z"),
    error=(
        "a chave secreta do aplicativo tem 32 caracteres de 0 a 9 e de a a f; "
        "está em Configurações do app > Básico"
    ),
)
_VERIFY_TOKEN = validate.Length(
    min=16,
    error=(
        "o token de verificação precisa de 16 caracteres ou mais; gere um com "
        '`python -c "import secrets; print(secrets.token_urlsafe(24))"`'
    ),
)
_VERSION = validate.Regexp(
    re.compile(r"v[0-9]{2}\.[0-9]\Z"), error='a versão da API se escreve como "v25.0"'
)
_TEMPLATE = validate.Regexp(
    re.compile(r"[a-z0-9_]{0,512}\Z"),
    error="o nome do modelo de mensagem só tem letras minúsculas, algarismos e _",
)


@dataclass(frozen=True, kw_only=True)
class WhatsAppSettings:
    """The number."""

    phone_number_id: str
    access_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    public_url: str = ""  # where Meta reaches this server
    api_version: str = "v25.0"
    template: str = ""  # approved, said outside the 24-hour window; without one nothing is
    template_language: str = "pt_BR"
    graph_url: str = GRAPH

    @property
    def webhook_url(self) -> str:
        """What is entered in Meta's panel."""
        return self.public_url.rstrip("/") + WEBHOOK_PATH


def read(env: Env, surroundings: Surroundings) -> WhatsAppSettings | None:
    """See ``Channel.read``; what is set by half is an error that names what is missing."""
    with env.prefixed("WHATSAPP_"):
        if not any(env.str(name, "") for name in _NEEDED):
            return None
        return WhatsAppSettings(
            phone_number_id=env.str("PHONE_NUMBER_ID", validate=_NUMBER_ID),
            access_token=env.str("ACCESS_TOKEN", validate=_TOKEN),
            app_secret=env.str("APP_SECRET", validate=_SECRET),
            verify_token=env.str("VERIFY_TOKEN", validate=_VERIFY_TOKEN),
            public_url=surroundings.public_url,
            api_version=env.str("API_VERSION", "v25.0", validate=_VERSION),
            template=env.str("TEMPLATE", "", validate=_TEMPLATE),
            template_language=env.str("TEMPLATE_LANGUAGE", "pt_BR"),
            graph_url=env.str("API_URL", GRAPH),
        )
