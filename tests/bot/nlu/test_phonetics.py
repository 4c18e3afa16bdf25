"""What sounds alike in Brazilian Portuguese has one sound here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.phonetics import skeleton, sound


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("qero", "quero"),
        ("kero", "quero"),
        ("fatuura", "fatura"),
        ("boletu", "boleto"),
        ("consegui", "conseguir"),
        ("papeu", "papel"),
        ("imail", "email"),
        ("preciza", "precisa"),
        ("pesso", "peso"),
        ("xegou", "chegou"),
        ("tanbem", "tambem"),
        ("otra", "outra"),
        ("ricebi", "ricebe"),
    ],
)
def test_words_written_by_ear_sound_the_same(written: str, meant: str) -> None:
    assert sound(written) == sound(meant)


@pytest.mark.parametrize(
    ("one", "other"),
    [("conta", "ponto"), ("pago", "paguei"), ("mes", "mais"), ("nao", "sim"), ("cpf", "xcpf")],
)
def test_words_that_differ_sound_different(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(("short", "whole"), [("bleto", "boleto"), ("ftura", "fatura")])
def test_the_skeleton_is_kept_where_vowels_are_left_out(short: str, whole: str) -> None:
    assert skeleton(short) == skeleton(whole)


def test_a_shape_keeps_its_name() -> None:
    assert sound("xcpf") == "xcpf"
    assert sound("xcnpj") == "xcnpj"


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789?!", min_size=1, max_size=30))
def test_every_word_has_a_sound(word: str) -> None:
    assert isinstance(skeleton(word), str)
