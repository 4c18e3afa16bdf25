"""Numbers in words become digits; articles and halves stay words."""

from __future__ import annotations

import pytest

from bot.nlu.aligned_text import fold
from bot.nlu.spoken_numbers import spoken_to_digits

TABLE = """
um => 1
quero um boleto => quero um boleto
opção um => opcao 1
dois => 2
vinte e um => 21
cento e vinte e três => 123
duzentos => 200
mil => 1000
mil novecentos e setenta e cinco => 1975
mil novecentos oitenta e um => 1981
dois mil e dezesseis => 2016
dois mil e trezentos => 2300
9 mil => 9000
um dois três => 1 2 3
um, dois, três => 1 2 3
nove meia sete => 9 6 7
sete e meia => 7 e meia
meia hora => meia hora
um ponto dois traço três barra quatro => 1.2-3/4
quarenta e sete e noventa => 47 e 90
duzentos vírgula cinquenta => 200,50
ponto de ônibus => ponto de onibus
barra, zero zero => barra, 0 0
dez/25 => dez/25
"""


@pytest.mark.parametrize(
    ("text", "wanted"), [line.split(" => ") for line in TABLE.strip().splitlines()]
)
def test_table(text: str, wanted: str) -> None:
    assert spoken_to_digits(fold(text)).text == wanted
