"""What is found in a text: the written table ``entities.yml``, and what holds of any text."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.entities.extraction import extract
from tests.evaluation.figures import TODAY, EntityRow, entity_rows

ROWS = list(entity_rows())


@pytest.mark.parametrize("row", ROWS, ids=[row.text for row in ROWS])
def test_table(row: EntityRow) -> None:
    assert row.found == row.wanted


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("oi, meu CPF é 529.982.247-25.", "529.982.247-25"),
        ("sou João: joão arroba gmail ponto com, viu", "joão arroba gmail ponto com"),
        ("ÀÀ nasci em doze de março de 75!", "doze de março de 75"),
        (
            "ﬁm: um dois três quatro cinco seis sete oito",
            "um dois três quatro cinco seis sete oito",
        ),
        ("quero   a   de   março", "março"),
        ("1\n52998224725", "52998224725"),
    ],
)
def test_places_are_those_of_the_text_as_typed(text: str, part: str) -> None:
    [*_, found] = extract(text, TODAY)
    assert text[found.start : found.end] == part


def test_a_bare_month_is_never_in_the_future() -> None:
    [december] = extract("dezembro", date(2026, 12, 1))
    [january] = extract("janeiro", date(2026, 1, 1))
    assert (december.value, january.value) == ("2026-12", "2026-01")
    [last] = extract("mês passado", date(2026, 1, 1))
    assert last.value == "2025-12"


WORDS = st.sampled_from(
    [
        *("um", "dois", "meia", "mil", "cento", "e", "ponto", "traço", "barra", "arroba"),
        *("@", ".", ",", "/", "-", "1", "12", "31", "1975", "2026", "529.982.247-25", "2ª", "nº"),
        *("março", "mês", "a", "de", "segunda", "via", "última", "opção", "não"),
        *("R$", "187,40", "reais", "cpf", "protocolo"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join)))
def test_any_text_is_read_without_fault(text: str) -> None:
    for found in extract(text, TODAY):
        assert 0 <= found.start < found.end <= len(text)
        assert found.value


HOSTILE = [
    *("1", "1 ", "12/", "1.", "a", "@", "a@", "a.", " arroba ", "um ", "mil ", "e ", "ponto "),
    *(
        "3 de abril ",
        "a de 1 ",
        "r$ 1",
        "cento e vinte e ",
        "protocolo ",
        "\n",
        " ",
        "(91) 3217-8200 ",
    ),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_text_takes_time_in_proportion_to_its_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = time.process_time()
        extract(text, TODAY)
        return time.process_time() - start

    assert seconds(2_000) < max(1.0, 8 * seconds(1_000))
    assert seconds(2_000) < 2.0
