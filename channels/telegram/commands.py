"""The commands of the bot's menu, and deep links: typed by nobody, so read as words of ours.

Telegram sends them as text that begins with "/", which to Rasa would be a command of its own.
Each stands for what a customer would have written; what is not on the list is text like any
other, and the core takes the "/" away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_PAYLOAD_LENGTH = 64  # Telegram's own bound


@dataclass(frozen=True)
class Command:
    """One line of the menu beside the text field."""

    name: str
    description: str
    text: str  # what it stands for


COMMANDS = (
    Command("start", "Começar a conversa", "oi"),
    Command("menu", "Ver os serviços", "menu"),
    Command("ajuda", "O que a Clara faz", "ajuda"),
    Command("cancelar", "Parar o que está em andamento", "cancelar"),
)

DEEP_LINKS = {
    "segunda_via": "quero a segunda via da conta",
    "codigo_de_barras": "quero o código de barras",
    "pix": "quero pagar com pix",
    "debitos": "quero consultar meus débitos",
    "fatura_por_email": "quero receber a fatura por e-mail",
    "pessoa": "quero falar com uma pessoa",
}
"""What ``https://t.me/<bot>?start=<key>`` asks for, so that a page or a printed bill can lead
straight to a service. Another payload only begins the conversation: anybody can make such a link,
so it says nothing by itself."""

_TEXTS = {command.name: command.text for command in COMMANDS}
_COMMAND = re.compile(r"/([A-Za-z]{1,32})(?:@[A-Za-z0-9_]{1,64})?(?:\s+(\S+))?\s*")


def meant_by(text: str) -> str:
    """What a text stands for: of a command its words, of any other text the text itself."""
    matched = _COMMAND.fullmatch(text)
    if matched is None:
        return text
    name, payload = matched[1].lower(), matched[2]
    if name == "start" and payload:
        known = len(payload) <= MAX_PAYLOAD_LENGTH and DEEP_LINKS.get(payload.lower())
        return known or _TEXTS["start"]
    if payload:  # words after a command are the customer's own
        return text
    return _TEXTS.get(name, text)


def to_register() -> list[dict[str, str]]:
    """The parameter of ``setMyCommands``."""
    return [{"command": one.name, "description": one.description} for one in COMMANDS]
