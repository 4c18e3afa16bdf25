"""One spelling for what people write in many ways, and no personal number in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.courtesy import without_courtesy
from bot.nlu.normalization import normalize

TABLE = """
OI => oi
oiiii => oi
Não => nao
NAUM => nao
vc n pode?? => voce nao pode ?
qro a 2ª via pfv => quero a segunda via por favor
2via => segunda via
2° via => segunda via
2 vias => segunda via
segundavia da conta => segunda via da conta
codigodebarra => codigo de barra
me manda o barcode => me manda o codigo de barras
linhadigitavel => linha digitavel
pixcopiaecola => pix copia e cola
bomdia => bom dia
blz => beleza
tb qro, hj msm => tambem quero hoje mesmo
pq n veio? => por que nao veio ?
kd meu boleto => cade meu boleto
obrigadaaa => obrigada
ｏｌá => ola
fatura por e-mail => fatura por email
👍 => xlike
👍🏽 => xlike
🙏🙏 => xthanks xthanks
quero 😀 pagar => quero pagar
123.456.789-09 => xcpf
meu cpf é 123 456 789 09 => xcpf
12.345.678/0001-95 => xcnpj
1234567890 => xcode
000361904101206 => xuc
maria.silva@gmail.com => xemail
joao arroba gmail ponto com => xemail
12/05/1984 => xdate
1984-05-12 => xdate
R$ 1.234,56 => xmoney
a de 187,40 => a de xmoney
187 reais => xmoney
às 14h30 => as xtime
https://exemplo.com.br/x?y=1 => xurl
um dois três quatro cinco seis sete oito nove zero um => xcpf
a 3ª => a xposition
"""


def rows() -> list[tuple[str, ...]]:
    return [tuple(line.split(" => ")) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("text", "wanted"), rows())
def test_table(text: str, wanted: str) -> None:
    assert normalize(text) == wanted


@given(st.text(max_size=300))
def test_no_digit_is_left_and_nothing_fails(text: str) -> None:
    assert re.fullmatch(r"[a-z?! ]*", normalize(text))


@given(st.from_regex(r"[0-9][0-9 ./-]{0,40}", fullmatch=True))
def test_people_s_numbers_become_shapes(text: str) -> None:
    assert all(word.startswith("x") or word == "segunda via" for word in normalize(text).split())


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("oi bom dia quero a segunda via por favor obrigado", "quero a segunda via"),
        ("ola tudo bem ? estou sem luz", "estou sem luz"),
        ("bom dia", ""),
        ("quero o pix", "quero o pix"),
        ("", ""),
    ],
)
def test_courtesies_around_a_request(text: str, core: str) -> None:
    assert without_courtesy(text) == core
