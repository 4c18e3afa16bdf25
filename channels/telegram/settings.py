"""What an operator decides about the Telegram bot: the variables ``CLARA_TELEGRAM_…``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from environs import Env, validate

from channels.channel import Surroundings

TELEGRAM = "https://api.telegram.org"
WEBHOOK_PATH = "/webhooks/telegram"
_MODE = validate.OneOf(("", "webhook", "polling"), error="é webhook ou polling")
_TOKEN = validate.Regexp(
    re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}\Z"),
    error="o token do robô tem a forma 123456789:AA…; copie-o do BotFather",
)
_SECRET = validate.Regexp(
    re.compile(r"[A-Za-z0-9_-]{16,256}\Z"),
    error=(
        "o segredo do webhook tem de 16 a 256 letras, algarismos, _ ou -; gere um com "
        '`python -c "import secrets; print(secrets.token_urlsafe(32))"`'
    ),
)
_CALLED_ADDRESS = validate.Regexp(
    re.compile(r"https://[^/:@]+(?::(?:443|80|88|8443))?(?:/.*)?\Z", re.IGNORECASE),
    error=(
        "o Telegram só chama endereços https, nas portas 443, 80, 88 ou 8443; sem um endereço "
        "público, use CLARA_TELEGRAM_MODE=polling"
    ),
)


class Mode(str, Enum):
    """How updates reach us."""

    WEBHOOK = "webhook"  # Telegram calls us: the way to run it for real
    POLLING = "polling"  # we ask Telegram: works on a laptop; of several processes one asks


@dataclass(frozen=True, kw_only=True)
class TelegramSettings:
    """The bot."""

    token: str = field(repr=False)
    webhook_secret: str = field(default="", repr=False)
    mode: Mode = Mode.WEBHOOK
    public_url: str = ""  # where Telegram reaches this server
    api_url: str = TELEGRAM  # another one: a Bot API server of one's own

    @property
    def account(self) -> str:
        """The bot's id: the same when its token is renewed or its name changes."""
        return self.token.partition(":")[0]

    @property
    def webhook_url(self) -> str:
        """What Telegram is told to call."""
        return self.public_url.rstrip("/") + WEBHOOK_PATH


def read(env: Env, surroundings: Surroundings) -> TelegramSettings | None:
    """See ``Channel.read``; what is set by half is an error that names the missing half."""
    with env.prefixed("TELEGRAM_"):
        mode = env.str("MODE", "", validate=_MODE)
        if not (env.str("TOKEN", "") or env.str("WEBHOOK_SECRET", "") or mode):
            return None
        polls = mode == Mode.POLLING.value
        settings = TelegramSettings(
            token=env.str("TOKEN", validate=_TOKEN),
            webhook_secret="" if polls else env.str("WEBHOOK_SECRET", validate=_SECRET),
            mode=Mode.POLLING if polls else Mode.WEBHOOK,
            public_url=surroundings.public_url,
            api_url=env.str("API_URL", TELEGRAM),
        )
    if not polls and settings.api_url == TELEGRAM:  # one's own server calls whatever it likes
        env.add_parser("called_address", _CALLED_ADDRESS)  # which holds for a default as well
        env.called_address("PUBLIC_URL", surroundings.public_url)
    return settings
