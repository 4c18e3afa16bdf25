"""What helps when a message fails, as data: Meta's error codes, and what each calls for.

Source: WhatsApp Business Platform, "Error codes" (2026-09). What decides is ``code``, and where a
code means several things its ``error_data.details``; never the HTTP status or the title. Most
failures arrive later, as a status: they have the same codes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.calls import NotSent, Unanswered
from channels.sending import Remedy, SendFailed


@dataclass(frozen=True)
class Rule:
    """One line of the table; it holds if ``words`` are in the details, in small letters."""

    codes: frozenset[int]
    remedy: Remedy
    reason: str  # for operators, in Portuguese
    words: str = ""
    after: float | None = None  # seconds, where waiting less makes it worse


def _codes(*codes: int | range) -> frozenset[int]:
    return frozenset(
        code for one in codes for code in (one if isinstance(one, range) else range(one, one + 1))
    )


RULES = (
    Rule(_codes(131056), Remedy.RETRY, "mensagens demais para a mesma pessoa", after=6.0),
    Rule(_codes(130429), Remedy.RETRY, "mensagens demais em pouco tempo", after=1.0),
    Rule(_codes(4, 80007), Remedy.RETRY, "chamadas demais à API", after=60.0),
    Rule(_codes(131057, 2494100), Remedy.RETRY, "conta em manutenção pela Meta", after=60.0),
    Rule(_codes(1, 2, 131000, 131016, 133004), Remedy.RETRY, "defeito do lado da Meta"),
    Rule(_codes(131053), Remedy.ONCE_MORE, "o arquivo não foi aceito"),
    Rule(_codes(0, 190), Remedy.HOLD, "o token de acesso venceu ou não vale"),
    Rule(_codes(3, 10, range(200, 300), 131005), Remedy.HOLD, "o token não tem a permissão"),
    Rule(_codes(131042), Remedy.HOLD, "há um problema com o pagamento da conta"),
    Rule(_codes(131045, 133010), Remedy.HOLD, "o número não está registrado"),
    Rule(_codes(368, 131031), Remedy.HOLD, "a conta está bloqueada pela Meta"),
    Rule(_codes(131037), Remedy.HOLD, "o nome de exibição ainda não foi aprovado"),
    Rule(_codes(131048), Remedy.HOLD, "envio restringido por reclamações de spam"),
    Rule(_codes(131047), Remedy.GIVE_UP, "fora da janela de 24 horas"),
    Rule(_codes(131026), Remedy.UNREACHABLE, "a pessoa não pode receber a mensagem"),
    Rule(_codes(131050), Remedy.UNREACHABLE, "a pessoa não quer mensagens nossas"),
    Rule(_codes(130403), Remedy.UNREACHABLE, "a pessoa está bloqueada por nós"),
    Rule(_codes(131030), Remedy.UNREACHABLE, "o número não está na lista de teste"),
    Rule(_codes(131062), Remedy.GIVE_UP, "este tipo de mensagem não vai para quem não tem número"),
    Rule(_codes(130497), Remedy.GIVE_UP, "a conta não pode escrever para o país da pessoa"),
    Rule(_codes(130472, 131049), Remedy.GIVE_UP, "a Meta não entregou, para poupar a pessoa"),
    Rule(_codes(100), Remedy.HOLD, "a chave secreta não é a do aplicativo do token", "appsecret"),
    Rule(_codes(33, 100), Remedy.HOLD, "o identificador do número não existe", "object with id"),
    Rule(_codes(33, 100, 131008, 131009, 135000), Remedy.GIVE_UP, "um parâmetro não foi aceito"),
    Rule(_codes(131021), Remedy.GIVE_UP, "a mensagem era para o nosso próprio número"),
    Rule(_codes(131051), Remedy.GIVE_UP, "este tipo de mensagem não foi aceito"),
    Rule(_codes(131063, 131064), Remedy.GIVE_UP, "a mensagem não foi aceita"),
    Rule(_codes(131052), Remedy.GIVE_UP, "o arquivo que a pessoa mandou não pôde ser lido"),
    Rule(_codes(range(132000, 133000)), Remedy.GIVE_UP, "o modelo de mensagem não foi aceito"),
)
"""The first line that fits decides; a code that is on none is given up."""

_SERVER_FAULT = Rule(frozenset(), Remedy.RETRY, "defeito do lado da Meta")
_UNHEARD_OF = Rule(frozenset(), Remedy.GIVE_UP, "a Meta recusou a mensagem")


class GraphError(Exception):
    """Meta answered, and refused. ``details`` are for looking at, not for printing."""

    def __init__(self, status: int, code: int | None = None, details: str = "") -> None:
        """Keep what was answered."""
        super().__init__(f"HTTP {status}, code {code}")
        self.status = status
        self.code = code
        self.details = details

    @property
    def name(self) -> str:
        """How operators look it up."""
        if self.code is not None:
            return str(self.code)
        return "sem código" if self.status == 200 else f"HTTP {self.status}"


def error_in(status: int, body: bytes) -> GraphError:
    """What a refusal says; a body that is not of the API's form is some gateway's."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return GraphError(status)
    error = answer.get("error") if isinstance(answer, dict) else None
    return GraphError(status, _code(error), _details(error)) if error else GraphError(status)


def rule_of(error: GraphError) -> Rule:
    """The line of the table that fits."""
    details = error.details.lower()
    for rule in RULES:
        if error.code in rule.codes and rule.words in details:
            return rule
    if error.status >= 500 or error.status in (408, 429):
        return _SERVER_FAULT
    return _UNHEARD_OF


def failure_of(error: GraphError | NotSent | Unanswered) -> SendFailed:
    """What to tell whoever delivers."""
    if isinstance(error, NotSent):
        return SendFailed(Remedy.RETRY, "não foi possível chegar à Meta")
    if isinstance(error, Unanswered):
        return SendFailed(Remedy.UNKNOWN, "a Meta não respondeu a tempo")
    rule = rule_of(error)
    return SendFailed(rule.remedy, f"{error.name}: {rule.reason}", rule.after)


def failure_in(status: Mapping[str, Any]) -> SendFailed:
    """Why a message failed that had been taken, as its status says."""
    errors = status.get("errors")
    return failure_of_error(errors[0] if isinstance(errors, list) and errors else None)


def failure_of_error(error: Any) -> SendFailed:
    """What an error in a webhook means."""
    return failure_of(GraphError(200, _code(error), _details(error)))


def _code(error: Any) -> int | None:
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _details(error: Any) -> str:
    if not isinstance(error, dict):
        return ""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    return f"{error.get('message') or ''} {details or ''}"
