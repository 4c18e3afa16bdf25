"""Which channels an operator's settings turn on, and what is said of those set by half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.channels import CHANNELS, connectors, load
from channels.telegram import Mode
from settings import InvalidSettings, Settings
from tests.assistant import environment

TOKEN = "7000000001:AAF-a-token-of-the-tests-0123456789abc"
SECRET = "a-secret-of-the-tests-0123456789"
URL = "https://clara.luz.example"

NUMBER = {
    "PHONE_NUMBER_ID": "106540352242922",
    "ACCESS_TOKEN": "EAAG-a-token-of-the-tests",
    "APP_SECRET": "0123456789abcdef0123456789abcdef",
    "VERIFY_TOKEN": "a-verify-token-of-the-tests",
}


def loaded(directory: Path, channel: str, **variables: str) -> Settings:
    named = {f"CLARA_{channel.upper()}_{name}": value for name, value in variables.items()}
    return loaded_with(directory, **{"CLARA_PUBLIC_URL": URL} | named)


def loaded_with(directory: Path, **variables: str) -> Settings:
    with environment(CLARA_DATA_DIR=str(directory), **variables):
        return load()


def telegram(directory: Path, **variables: str) -> Any:
    return loaded(directory, "telegram", **variables).channels.get("telegram")


def test_without_any_settings_there_is_the_web_chat_alone(tmp_path: Path) -> None:
    assert list(loaded_with(tmp_path).channels) == ["webchat"]
    assert telegram(tmp_path, TOKEN="", MODE="") is None


def test_whatever_is_set_up_is_built_each_with_its_own_settings(tmp_path: Path) -> None:
    settings = loaded_with(
        tmp_path,
        CLARA_TELEGRAM_TOKEN=TOKEN,
        CLARA_TELEGRAM_MODE="polling",
        **{f"CLARA_WHATSAPP_{name}": value for name, value in NUMBER.items()},
    )
    assert list(settings.channels) == [channel.name for channel in CHANNELS]
    sending = [one.sending for one in connectors(settings) if one.sending]
    assert [(one.name, one.account) for one in sending] == [
        ("telegram", "7000000001"),
        ("whatsapp", NUMBER["PHONE_NUMBER_ID"]),
    ]


def test_a_webhook_needs_token_and_secret(tmp_path: Path) -> None:
    settings = telegram(tmp_path, TOKEN=TOKEN, WEBHOOK_SECRET=SECRET)
    assert settings.mode is Mode.WEBHOOK
    assert settings.account == "7000000001"
    assert settings.webhook_url == f"{URL}/webhooks/telegram"


def test_polling_needs_the_token_alone(tmp_path: Path) -> None:
    settings = loaded_with(tmp_path, CLARA_TELEGRAM_TOKEN=TOKEN, CLARA_TELEGRAM_MODE="polling")
    assert settings.channels["telegram"].mode is Mode.POLLING


@pytest.mark.parametrize(
    ("variables", "named", "why"),
    [
        ({"TOKEN": TOKEN}, "CLARA_TELEGRAM_WEBHOOK_SECRET", "falta"),
        ({"WEBHOOK_SECRET": SECRET}, "CLARA_TELEGRAM_TOKEN", "falta"),
        ({"MODE": "polling"}, "CLARA_TELEGRAM_TOKEN", "falta"),
        (
            {"TOKEN": TOKEN, "WEBHOOK_SECRET": SECRET, "MODE": "pooling"},
            "CLARA_TELEGRAM_MODE",
            "webhook ou polling",
        ),
        ({"TOKEN": "7000:curto", "MODE": "polling"}, "CLARA_TELEGRAM_TOKEN", "BotFather"),
        (
            {"TOKEN": TOKEN, "WEBHOOK_SECRET": "curto"},
            "CLARA_TELEGRAM_WEBHOOK_SECRET",
            "o segredo do webhook",
        ),
        (
            {"TOKEN": TOKEN, "WEBHOOK_SECRET": "com espaço e acentuação"},
            "CLARA_TELEGRAM_WEBHOOK_SECRET",
            "o segredo do webhook",
        ),
    ],
)
def test_a_bot_that_is_set_by_half_or_wrong_is_named(
    tmp_path: Path, variables: dict[str, str], named: str, why: str
) -> None:
    _is_refused(tmp_path, "telegram", variables, named, why)


@pytest.mark.parametrize("url", ["http://a.example", "https://a.example:8080", "https://a:b"])
def test_a_webhook_needs_an_address_that_telegram_calls(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidSettings, match=r"CLARA_PUBLIC_URL: .*https"):
        loaded_with(
            tmp_path,
            CLARA_PUBLIC_URL=url,
            CLARA_TELEGRAM_TOKEN=TOKEN,
            CLARA_TELEGRAM_WEBHOOK_SECRET=SECRET,
        )


@pytest.mark.parametrize(
    ("changed", "value", "why"),
    [
        ("PHONE_NUMBER_ID", None, "falta"),
        ("ACCESS_TOKEN", None, "falta"),
        ("APP_SECRET", None, "falta"),
        ("VERIFY_TOKEN", None, "falta"),
        ("PHONE_NUMBER_ID", "+55 91 3217-0000", "não é o telefone"),
        ("ACCESS_TOKEN", "EAAG", "incompleto"),
        ("APP_SECRET", "não-é-a-chave", "32 caracteres"),
        ("VERIFY_TOKEN", "curto", "16 caracteres"),
        ("API_VERSION", "25", "v25.0"),
        ("TEMPLATE", "Clara Tem Resposta", "letras minúsculas"),
    ],
)
def test_a_number_that_is_set_by_half_or_wrong_is_named(
    tmp_path: Path, changed: str, value: str | None, why: str
) -> None:
    variables = {name: known for name, known in NUMBER.items() if name != changed}
    variables |= {changed: value} if value else {}
    _is_refused(tmp_path, "whatsapp", variables, f"CLARA_WHATSAPP_{changed}", why)


def _is_refused(
    directory: Path, channel: str, variables: dict[str, str], named: str, why: str
) -> None:
    with pytest.raises(InvalidSettings) as wrong:
        loaded(directory, channel, **variables)
    (line,) = (line for line in str(wrong.value).splitlines() if named in line)
    assert why in line
    for secret in (TOKEN, SECRET, NUMBER["ACCESS_TOKEN"], NUMBER["APP_SECRET"]):
        assert secret not in str(wrong.value)


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings) as wrong:
        loaded_with(
            tmp_path,
            CLARA_SECRET="curto",
            CLARA_PORT="oitenta",
            CLARA_PUBLIC_URL="clara",
            CLARA_ALLOWED_ORIGINS="*",
            CLARA_WHATSAPP_TEMPLATE="clara",
            CLARA_WHATSAPP_APP_SECRET="curto",
            CLARA_TELEGRAM_TOKEN="curto",
        )
    for name in ("SECRET", "PORT", "PUBLIC_URL", "ALLOWED_ORIGINS", "WHATSAPP_APP_SECRET",
                 "WHATSAPP_ACCESS_TOKEN", "TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET"):  # fmt: skip
        assert f"  CLARA_{name}: " in str(wrong.value)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    variables = {f"CLARA_WHATSAPP_{name}": value for name, value in NUMBER.items()}
    settings = loaded_with(
        tmp_path, CLARA_TELEGRAM_TOKEN=TOKEN, CLARA_TELEGRAM_MODE="polling", **variables
    )
    shown = repr(settings)
    for secret in (TOKEN, settings.secret, *list(NUMBER.values())[1:]):
        assert secret not in shown
