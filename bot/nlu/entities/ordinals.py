"""Picks from a list: "a segunda", "opção 3", "1 e 3", "a mais antiga", "todas", "a vencida".

Kind ``ordinal``: "1" to "20", "middle", "overdue", "all", or one of "newest", "oldest",
"cheapest" and "dearest", with a number behind it ("newest 2") if several are meant. Works on
folded text with spoken numbers written as digits, and without dates, months and amounts in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.entities.found import Found

_NAMES = {
    **dict.fromkeys(("primeira", "primeiro", "primera", "primero", "1a", "1o"), "1"),
    **dict.fromkeys(("segunda", "segundo", "segnda", "segudo", "2a", "2o"), "2"),
    **dict.fromkeys(("terceira", "terceiro", "tercera", "tercero", "3a", "3o"), "3"),
    **dict.fromkeys(("quarta", "quarto", "4a", "4o"), "4"),
    **dict.fromkeys(("quinta", "quinto", "5a", "5o"), "5"),
    **dict.fromkeys(("sexta", "sexto", "6a", "6o"), "6"),
    **dict.fromkeys(("setima", "setimo", "7a", "7o"), "7"),
    **dict.fromkeys(("oitava", "oitavo", "8a", "8o"), "8"),
    **dict.fromkeys(("nona", "nono", "9a", "9o"), "9"),
    **dict.fromkeys(("decima", "decimo", "10a", "10o"), "10"),
}
_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
_NUMBER = r"0?[1-9]|1[0-9]|20"
_POLITE = (
    r"(?: (?:mesmo|mesma|msm|por favor|pfv|pf|da lista|opcao|conta|fatura|casa|moca|mana|ai|viu))*"
)
_NO_LIST = (
    r"(?! ?-? ?(?:vias?\b|feiras?\b|vez\b|copia\b|parcela\b|andar\b|de manha|passada\b|coisa\b))"
)

_WHOLE_MESSAGE = re.compile(
    rf"^[^\w\0]*(?:(?:a|o|as|os|quero|letra|fico com) )*(?:{_NUMBER})"
    rf"(?:(?: ?[,+] ?| e | )(?:[ao] )?(?:{_NUMBER}))*{_POLITE}[^\w\0]*$"
)
_EACH = re.compile(rf"(?<![0-9a-z])(?:{_NUMBER})(?![0-9a-z])")
_NAMED_ALONE = re.compile(rf"^[^\w\0]*(?:{_NAME}){_NO_LIST}{_POLITE}[^\w\0]*$")
_NAMED = re.compile(
    rf"\b(?:a|o|na|no|da|do|pela|pelo|essa|esse|com a|e) (?P<name>{_NAME})\b{_NO_LIST}"
    rf"|\b(?P<before>{_NAME}) (?:opcao|conta|fatura|botao|da lista|alternativa|boleto|item|casa)\b"
)
_COUNTED = re.compile(
    rf"\b(?:opcao|opcoes|op|numero|num|n|item|alternativa|botao) ?(?:e )?"
    rf"(?P<name>{_NUMBER})(?![0-9]|[.,/-][0-9]| digit| numero| algaris| anos| dias| reais)"
)
_LETTER = re.compile(rf"\b(?:letra|opcao|alternativa) (?P<name>[a-j])(?={_POLITE}[^\w\0]*$)")
_WITH_ARTICLE = re.compile(
    rf"\b(?:a|o|e a|e o) (?P<name>{_NUMBER})"
    rf"(?={_POLITE}(?: e (?:[ao] )?[0-9]| ?[,.!?](?![0-9])|$))"
)
_WEEKDAY = re.compile(
    r"\b(?:na|ate|toda|desde|segunda a|terca a|segunda e|terca e|quarta e) "
    r"(?:segunda|quarta|quinta|sexta)\b"
)

_EXTREMES = (
    ("newest", r"ultim[ao]s?|mais (?:recente|nov[ao]|atual)s?|de baixo"),
    ("oldest", r"mais (?:antig|velh|atrasad|vencid)[ao]s?"),
    ("cheapest", r"(?:mais (?:barat|baix)|menor)[aoe]?s?|de menor valor"),
    ("dearest", r"(?:mais (?:car|alt)|maior)[aoe]?s?|de maior valor"),
    ("first", r"primeir[ao]s"),
)
_SEVERAL = tuple(
    (value, re.compile(pattern))
    for value, names in _EXTREMES
    for pattern in (
        rf"\b(?P<count>[2-9]) (?:contas? |faturas? |boletos? )?(?:{names})\b(?! meses)",
        rf"\b(?:{names}) (?P<count>[2-9])\b(?! meses| vezes| dias| anos)",
    )
)

_OTHERS = (
    (
        "newest",
        r"\b(?:[ao] |da |essa )?ultim[ao](?! (?:vez|mes|coisa|mensagem|pergunta|dia|semana))\b",
    ),
    ("newest", r"\bmais (?:recente|nova|novo|novas|atual)\b"),
    ("newest", r"\b(?:a|conta|fatura) atual\b"),
    ("oldest", r"\bmais (?:antig|velh|atrasad|vencid)[ao]s?\b"),
    ("cheapest", r"\bmais (?:barat|baix)[ao]\b|\b[ao] (?:de )?menor(?: valor)?(?=[^\w\0]*$)"),
    ("dearest", r"\bmais (?:car|alt)[ao]\b|\b[ao] (?:de )?maior(?: valor)?(?=[^\w\0]*$)"),
    ("middle", r"\b(?:[ao] |conta |fatura )?d[oe] meio\b(?! ambiente| dia)"),
    (
        "overdue",
        r"\b(?:as?|os?|essa|so|somente|contas?|faturas?|boletos?|talao|que)"
        r"(?: (?:q|que))?(?: (?:ta|tao|esta|estao|ja))?(?: em)? "
        r"(?:vencid[ao]s?|venceu|venceram|atras(?:ad[ao]s?|o))\b",
    ),
    ("all", r"\b(?<!de )(?:todas|tds|ambas|ambos)\b(?! as vezes| os dias| os meses)"),
    ("all", r"^[^\w\0]*(?:todos|tudo|tudinho|td)\b(?! (?:bem|bom|certo|joia|ok|dia|o|os))"),
    (
        "all",
        r"\b(?:manda|mande|quero|pagar|envia|sao|pode ser) (?:tudo|tudinho|os dois)\b",
    ),
    (
        "all",
        r"\b(?:as|os|essas|esses|minhas) [2-9]"
        r"(?=,? (?:contas?|faturas?|juntas?|por favor|pfv|mesmo|msm|de uma vez)|[^\w\0]*$)",
    ),
)
_PATTERNS = tuple((value, re.compile(pattern)) for value, pattern in _OTHERS)
_NEGATED = re.compile(r"\bnao (?:e |era |quero |foi |eh )?(?:(?:a|o|as|os|da|do) )?$")


def find_ordinals(text: str) -> Iterator[Found]:
    """Every pick of a folded text that is not denied ("não a primeira")."""
    taken = 0
    for found in sorted(_candidates(text), key=lambda one: (one.start, -one.end)):
        if found.start < taken or _is_denied(text, found):
            continue
        taken = found.end
        yield found


def _candidates(text: str) -> Iterator[Found]:
    for value, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Found("ordinal", *match.span(), value)
    for value, pattern in _SEVERAL:
        for match in pattern.finditer(text):
            yield Found("ordinal", *match.span(), f"{value} {match['count']}")
    if _WHOLE_MESSAGE.match(text):
        for match in _EACH.finditer(text):
            yield Found("ordinal", *match.span(), str(int(match.group())))
    if _NAMED_ALONE.match(text):
        name = re.search(_NAME, text)
        if name:
            yield Found("ordinal", *name.span(), _NAMES[name.group()])
    weekdays = {match.end() for match in _WEEKDAY.finditer(text)}
    for match in _NAMED.finditer(text):
        group = "name" if match["name"] else "before"
        if match.end(group) not in weekdays:
            yield Found("ordinal", *match.span(group), _NAMES[match[group]])
    for pattern in (_COUNTED, _WITH_ARTICLE):
        for match in pattern.finditer(text):
            yield Found("ordinal", *match.span("name"), str(int(match["name"])))
    for match in _LETTER.finditer(text):
        yield Found("ordinal", *match.span("name"), str(ord(match["name"]) - ord("a") + 1))


def _is_denied(text: str, found: Found) -> bool:
    before = text[max(0, found.start - 20) : found.start]
    return bool(_NEGATED.search(before)) or text.startswith(" nao", found.end)
