"""What a message means right after a question; the classifier reads each message by itself."""

from __future__ import annotations

import re

from actions.questions.email import EMAIL_ADDRESS, EMAIL_CONSENT
from actions.questions.identity import CUSTOMER_NUMBER
from actions.turn import REQUESTED_SLOT, Turn

_NOT = r"\b(?:n[ãa]o|num|nem|n|ñ)"
_NO = re.compile(_NOT + r"\b")
_KNOW = r"(?:sei|tenho|lembro|acho|achei|encontro|encontrei|recordo|est(?:ou|á) com|t[ôo] com)"
_NUMBER = r"(?:c[óo]d(?:igo)?|n[úu]mero|uc|conta|fatura|boleto|papel|tal[ãa]o)"
_WITHOUT_NUMBER = re.compile(
    rf"(?:{_NOT} (?:me )?{_KNOW}|\b(?:perdi|esqueci|(?:es)?t[ôo]u? sem))(?: \w+){{0,2}} {_NUMBER}\b"
    rf"|{_NOT} (?:me )?{_KNOW}(?: n[ãa]o)?\W*$"
)
_ONLY_DIGITS = re.compile(r"(?=.*\d)[\W\d_]+$")
_THAT_ONE = re.compile(
    r"^(?:ta|tá|sim|ok|pode|ser|é|eh|usa|usar|use|manda|mandar|nele|[ ,])*"
    r"\bn?ess?[ea](?: a[íi]| mesm[ao]| msm| email| e-mail| serve|[ .!])*$"
)
_REQUEST = re.compile(r"\b(?:mand|envi|quer|qro|gera|passa)")

_WAIT = (
    r"(?:calma|pera(?:[íi]|[êe])?|esper[ae]|aguard[ae]|g[üu]enta|s[óo]"
    r"|j[áa] (?:vou|mando|pego|vejo)"
    r"|um (?:momento|minuto|instante|segundo|segundinho|minutinho|momentinho|pouco|pouquinho)"
    r"|(?:eu )?(?:vou|deixa eu|deixe eu) (?:ver|pegar|procurar|buscar|achar)(?: a[íi]| aqui)?"
    r"(?: (?:o|a) (?:conta|fatura|papel|tal[ãa]o|boleto|cpf|documento|n[úu]mero|c[óo]digo))?)"
)
_PATIENCE = re.compile(rf"\W*{_WAIT}(?:\W+(?:a[íi]|que|por favor|mo[çc][ao]|{_WAIT}))*\W*$")
_WHICH_ADDRESS = re.compile(r"\b(?:qual|que)(?: (?:é|e|eh|o|foi))* e-?mail\b")

_TURNING_BACK = r"(?:desist|arrepend|mud\w+ de ideia|cancel|desfa[zç]|volt|enjo|n[ãa]o gost)"
_LATER = r"(?:depois|mais tarde|outro dia|um dia|qualquer (?:hora|momento|dia)|mais pra frente)"
_UNDONE_LATER = re.compile(
    rf"\b(?:se|caso|quando) (?:\w+ ){{0,5}}{_TURNING_BACK}"
    rf"|\b(?:posso|d[áa] (?:pra|para|de)|consigo|tem como|pode)\b.*{_TURNING_BACK}.*\b{_LATER}\b"
    rf"|\b{_LATER}\b.*\b(?:posso|d[áa] (?:pra|para|de)|consigo|tem como|pode)\b.*{_TURNING_BACK}"
)

_TAKES_ADDRESS = frozenset({"email_subscription", "email_change"})
"""In these services "esse email é velho" is about the address that was just shown."""


def meaning_after_question(turn: Turn) -> str:
    """The intent of the message, given what was asked."""
    asked = turn.slot(REQUESTED_SLOT)
    if asked and _ONLY_DIGITS.match(turn.text):
        return "inform"
    if asked and aside(turn):
        return "inform"
    if asked == EMAIL_ADDRESS and _THAT_ONE.search(turn.text.lower()):
        return "affirm"
    if asked == EMAIL_CONSENT and turn.intent == "nlu_fallback" and _NO.search(turn.text.lower()):
        return "deny"
    if turn.intent == "change_invoice_email" and turn.slot("service") in _TAKES_ADDRESS:
        return "correct_information" if asked in (EMAIL_ADDRESS, EMAIL_CONSENT) else turn.intent
    if asked == CUSTOMER_NUMBER and _is_without_number(turn):
        return "deny"
    return turn.intent


def aside(turn: Turn) -> str | None:
    """The reply to a remark that neither answers the question nor leaves it, if this is one.

    Whoever asks for a moment, which address was shown, or whether an agreement binds for ever only
    has to be asked again.
    """
    text = turn.text.lower()
    if _PATIENCE.match(text):
        return "say_no_hurry"
    if turn.slot(REQUESTED_SLOT) not in (EMAIL_ADDRESS, EMAIL_CONSENT):
        return None
    if _UNDONE_LATER.search(text):
        return "say_email_reversible"
    return "say_repeating" if _WHICH_ADDRESS.search(text) else None


def _is_without_number(turn: Turn) -> bool:
    """Whoever asks where the number stands is told; whoever lacks it goes on without."""
    brings_data = turn.entity("cpf", "cnpj", "uc", "customer_code", "number") is not None
    said = _WITHOUT_NUMBER.search(turn.text.lower()) is not None
    asks_for_more = _REQUEST.search(turn.text.lower()) is not None
    explained = turn.intent in ("ask_customer_code", "handoff_human")
    return said and not (brings_data or asks_for_more or explained)
