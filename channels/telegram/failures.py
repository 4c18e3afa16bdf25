"""What helps when a call fails, as data: Telegram's errors, and what each of them calls for.

A rule holds for its status and, if it has any, its words in Telegram's description, in small
letters; the first that fits decides. The source of the words is Telegram's own open server
(tdlib/telegram-bot-api, Client.cpp).
"""

from __future__ import annotations

from dataclasses import dataclass

from channels.calls import NotSent, Unanswered
from channels.sending import Remedy, SendFailed
from channels.telegram.api import ApiError

LONGEST_WAIT = 3_600.0


@dataclass(frozen=True)
class Rule:
    """One line of the table."""

    status: int
    words: str
    remedy: Remedy
    reason: str  # for operators, in Portuguese


RULES = (
    Rule(400, "chat not found", Remedy.UNREACHABLE, "a conversa não existe mais"),
    Rule(400, "user not found", Remedy.UNREACHABLE, "a pessoa não existe mais"),
    Rule(400, "peer_id_invalid", Remedy.UNREACHABLE, "a conversa não existe mais"),
    Rule(400, "upgraded to a supergroup", Remedy.UNREACHABLE, "o grupo mudou de endereço"),
    Rule(400, "not enough rights", Remedy.UNREACHABLE, "o robô não pode escrever ali"),
    Rule(400, "can't parse entities", Remedy.GIVE_UP, "a formatação não foi aceita"),
    Rule(400, "too long", Remedy.GIVE_UP, "a mensagem é longa demais"),
    Rule(400, "is empty", Remedy.GIVE_UP, "a mensagem está vazia"),
    Rule(400, "must be non-empty", Remedy.GIVE_UP, "a mensagem está vazia"),
    Rule(400, "button", Remedy.GIVE_UP, "um botão não foi aceito"),
    Rule(400, "reply markup", Remedy.GIVE_UP, "os botões não foram aceitos"),
    Rule(400, "file is too big", Remedy.GIVE_UP, "o arquivo é grande demais"),
    Rule(400, "photo_invalid_dimensions", Remedy.GIVE_UP, "a imagem não tem medidas aceitas"),
    Rule(400, "file", Remedy.GIVE_UP, "o arquivo não foi aceito"),
    Rule(400, "", Remedy.GIVE_UP, "o pedido não foi aceito"),
    Rule(401, "", Remedy.HOLD, "o token do robô não vale mais"),
    Rule(403, "blocked by the user", Remedy.UNREACHABLE, "a pessoa bloqueou o robô"),
    Rule(403, "deactivated", Remedy.UNREACHABLE, "a conta da pessoa foi desativada"),
    Rule(403, "kicked", Remedy.UNREACHABLE, "o robô foi expulso"),
    Rule(403, "not a member", Remedy.UNREACHABLE, "o robô não participa mais"),
    Rule(403, "can't initiate", Remedy.UNREACHABLE, "a pessoa ainda não iniciou a conversa"),
    Rule(403, "", Remedy.UNREACHABLE, "o robô não pode escrever para a pessoa"),
    Rule(404, "", Remedy.HOLD, "o token do robô está malformado, ou o endereço da API é outro"),
    Rule(409, "", Remedy.RETRY, "outro processo usa o mesmo robô"),
    Rule(413, "", Remedy.GIVE_UP, "o arquivo é grande demais"),
    Rule(420, "", Remedy.RETRY, "mensagens demais em pouco tempo"),
    Rule(429, "", Remedy.RETRY, "mensagens demais em pouco tempo"),
)

_SERVER_FAULT = Rule(500, "", Remedy.RETRY, "defeito do lado do Telegram")
_UNHEARD_OF = Rule(0, "", Remedy.GIVE_UP, "o Telegram recusou o pedido")


def rule_of(error: ApiError) -> Rule:
    """The line of the table that fits."""
    if error.status >= 500:
        return _SERVER_FAULT
    description = error.description.lower()
    for rule in RULES:
        if rule.status == error.status and rule.words in description:
            return rule
    return _UNHEARD_OF


def failure_of(error: ApiError | NotSent | Unanswered) -> SendFailed:
    """What to tell whoever delivers."""
    if isinstance(error, NotSent):
        return SendFailed(Remedy.RETRY, "não foi possível chegar ao Telegram")
    if isinstance(error, Unanswered):
        return SendFailed(Remedy.UNKNOWN, "o Telegram não respondeu a tempo")
    rule = rule_of(error)
    after = min(error.retry_after, LONGEST_WAIT) if error.retry_after is not None else None
    return SendFailed(rule.remedy, f"{error.status}: {rule.reason}", after)
