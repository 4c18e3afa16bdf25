"""A choice is as good typed as tapped; a message that says anything else is not taken for one."""

from __future__ import annotations

import pytest

from bot.typed_choices import meant
from channels.message import Choice

MENU = (
    Choice("invoice", "2ª via da conta"),
    Choice("barcode", "Código de barras"),
    Choice("pix", "Pagar com Pix"),
    Choice("email", "Fatura por e-mail"),
    Choice("change", "Mudar e-mail da fatura"),
    Choice("paid", "Já paguei"),
    Choice("person", "Falar com uma pessoa"),
)
EMAIL = (
    Choice("change", "Mudar o e-mail", also=("trocar", "endereço")),
    Choice("end", "Voltar à impressa", also=("cancelar",)),
)
NUMBER = (Choice("unknown", "Não sei o código"),)
CONSENT = (Choice("yes", "Sim, autorizo"), Choice("no", "Não"))
BILLS = (
    Choice("march", "março/2026", "R$ 187,40, vence em 20/03/2026"),
    Choice("april", "abril/2026", "R$ 203,15, vence em 20/04/2026"),
)


@pytest.mark.parametrize(
    ("offered", "typed", "picked"),
    [
        (MENU, "2A VIA DA CONTA!", "invoice"),
        (MENU, "fatura por email", "email"),
        (MENU, "email", "email"),  # the only one that says nothing else
        (MENU, "2", "barcode"),
        (MENU, "o código de barra", "barcode"),
        (MENU, "quero o código, por favor", "barcode"),
        (MENU, "pix", "pix"),
        (MENU, "paguei", "paid"),
        (MENU, "com uma pessoa", "person"),
        (EMAIL, "mudar", "change"),
        (EMAIL, "quero mudar", "change"),
        (EMAIL, "muda o email", "change"),
        (EMAIL, "trocar o endereço", "change"),
        (EMAIL, "Cancela", "end"),
        (EMAIL, "impresso", "end"),
        (NUMBER, "sei não", "unknown"),
        (CONSENT, "autorizo", "yes"),
        (CONSENT, "nao", "no"),
        (BILLS, "a de março", "march"),
        (BILLS, "abril de 2026", "april"),
    ],
)
def test_words_that_only_one_has_pick_it(
    offered: tuple[Choice, ...], typed: str, picked: str
) -> None:
    assert meant(offered, typed) == picked


@pytest.mark.parametrize(
    ("offered", "typed"),
    [
        ((), "pix"),
        (MENU, ""),
        (MENU, "?"),
        (MENU, "8"),
        (MENU, "fatura"),  # what all of it is about
        (MENU, "quero pagar"),
        (MENU, "pix ou código de barras"),
        (MENU, "pix da conta 3001234567"),  # brings a datum
        (MENU, "2a"),  # the second one
        (MENU, "não quero pix"),
        (EMAIL, "mudar a titularidade"),
        (EMAIL, "voltar"),
        (EMAIL, "não quero cancelar"),
        (NUMBER, "código"),
        (CONSENT, "não autorizo"),
        (BILLS, "2026"),
        (BILLS, "março e abril"),
        ((Choice("a", "Rua das Flores"), Choice("b", "Rua das Flores")), "Rua das Flores"),
    ],
)
def test_what_says_more_or_fits_several_is_left_to_be_read(
    offered: tuple[Choice, ...], typed: str
) -> None:
    assert meant(offered, typed) is None
