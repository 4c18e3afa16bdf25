"""The outline of a message: its telling words, in order, each by the part that it plays.

"Não quero papel, quero e-mail" and "quero papel, não quero e-mail" have the same words. What tells
them apart is the order of a few kinds of words: no-want-paper-want-email. An outline carries over
to all words of a kind, and to words of which there is no kind: whatever else a bill is "of", it is
the bill of some other thing. A word plays one part only; see ``concepts`` for all that it may mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

PARTS = {
    # the two ways a bill comes, and what is wanted of them
    "email": "email* xemail gmail hotmail outlook yahoo icloud eletronic* digital digitais "
    "digitalmente online virtual",
    "paper": "papel papeis papelzinho papelada impress* correio* carteiro* fisic* portao porta "
    "residencia casa domicilio imprim* entregador* mao",
    "no": "nao nunca jamais nem sem nada",
    "stop": "parar pare parem cancel* remov* exclu* descadastr* desinscr* desativ* desabilit* "
    "suspend* desist* encerr* revog* descontinu* tirem tire tira tirar chega dispens* sair retir* "
    "deixar deixem desvincul* cansei odeio detesto larg* abandon* interromp* adeus",
    "start": "cadastr* ativ* ader* adesao aderir inscr* habilit* assin* comec* optar botar bota "
    "coloc* passar passa passem autoriz* inclu* liga",
    "send": "manda mandar mande mandem envi* receb* chega* chegar vir vem venha venham entreg* "
    "vindo vinha",
    "want": "quero queria desejo gostaria prefiro preferia preciso precisava necessito solicito "
    "peco pode podem poderia posso consigo",
    "back": "volta voltar volte voltem voltei retorn* novamente novo revert* antes era antigamente",
    "change": "mud* troc* alter* atualiz* substitu* modific* convert* corrig*",
    "instead": "vez inves lugar",
    "only": "so somente apenas",
    "better": "melhor pior",
    "than": "que",
    # the bill, and what is done with it
    "bill": "conta contas fatura* boleto* talao taloes recibo* carne carnes",
    "power": "luz energia eletric* equatorial celpa distribuidora companhia forca",
    "copy": "segunda via vias copia",
    "lost": "perdi perdeu sumi* rasg* molh* extravi* esqueci",
    "paid": "paguei pago paga pagou pagas pagos quitei quitad* comprovante* baixa compens* caiu "
    "pagamos liquid* debitad*",
    "pay": "pagar pagamento* pague pagando quitar acertar",
    "owe": "devo deve devendo debito* divida* pendent* pendenc* atras* vencid* aberto aberta "
    "abertas",
    "pix": "pix qr qrcode cola",
    "barcode": "barra barras digitavel numeracao",
    "code": "codigo* uc unidade instalac* xcode xuc",
    "datum": "xcpf xcnpj xlong xsome cpf cnpj",
    "month": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro "
    "dezembro mes meses xdate",
    "whose": "mae pai filh* irma* marido esposa mulher tia tio avo vizinh* sogr* minha meu nosso "
    "nossa sua seu",
    "place": "loterica* banco* mercad* farmacia* cartao dinheiro credito agencia* caixa",
    # questions and other requests
    "howmuch": "quanto quantos quanta quantas valor* preco custa custo",
    "which": "onde cade qual quais como quando quem",
    "if": "se caso",
    "yes": "sim",
    "why": "motivo",
    "already": "ja ainda continua",
    "wrong": "errad* erro engan* antig* velh*",
    "site": "site sites app apps aplicativo* portal link login senha internet pagina",
    "cut": "relig* cort* deslig* ligar",
    "person": "atendente* humano humana alguem funcionari* supervisor* gerente*",
    "high": "alta altas alto caro cara absurd* dobr* subi* aument*",
    "split": "parcel* negoci* dividi* acordo",
    "protocol": "protocolo* chamado* solicitac* pedido andamento status",
    "meter": "leitura* medidor* relogio",
    "outage": "falt* apag* fio fios poste* escuro transformador* queda",
}
"""Normalised words of each part; "leitura*" stands for every word that starts so."""

OTHER = "thing"
"""The part of a word that is none of these and says something."""
_SAYS_NOTHING = """
    agora aqui esse essa esta este estao estou favor hoje isso isto mais muito noite obrigada
    obrigado outra outro para pela pelo tambem tarde tenho toda todas todo todos tudo voce voces
"""
_SHORTEST = 4
"""Letters from which an unknown word says something."""
START, END = "^", "$"

_SILENT = frozenset(_SAYS_NOTHING.split())
_WORDS: dict[str, str] = {}
_STEMS: dict[str, str] = {}
for _part, _entries in PARTS.items():
    for _entry in _entries.split():
        (_STEMS if _entry.endswith("*") else _WORDS)[_entry.rstrip("*")] = _part


def outline(words: Sequence[str]) -> list[str]:
    """The parts of a normalised text between its start and its end, none twice in a row."""
    parts = [START]
    for word in words:
        part = _part_of(word)
        if part and part != parts[-1]:
            parts.append(part)
    return [*parts, END]


def runs(words: Sequence[str]) -> Iterator[str]:
    """Three parts in a row, and two with at most two between them."""
    parts = outline(words)
    yield from map(" ".join, zip(parts, parts[1:], parts[2:]))  # noqa: B905  of unequal lengths
    for distance in (1, 2, 3):
        yield from (f"{one} {distance} {other}" for one, other in zip(parts, parts[distance:]))  # noqa: B905


@lru_cache(maxsize=50_000)
def _part_of(word: str) -> str | None:
    if part := _WORDS.get(word):
        return part
    for length in range(len(word), 2, -1):
        if part := _STEMS.get(word[:length]):
            return part
    return None if len(word) < _SHORTEST or word in _SILENT else OTHER
