"""Texts that are too long for one message."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.choices import numbered
from channels.message import Choice
from channels.splitting import split

LINE = "83640000001-4 87400057000-1 00000000123-5 45678901234-6"


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_a_text_that_fits_stays_whole() -> None:
    assert split("Olá. Tudo bem?", 14) == ["Olá. Tudo bem?"]


def test_a_blank_text_has_no_parts() -> None:
    assert split(" \n ", 10) == []


def test_paragraphs_come_before_lines_and_lines_before_sentences() -> None:
    assert split("Um, dois.\n\nTrês. Quatro\ncinco", 18) == ["Um, dois.", "Três. Quatro\ncinco"]
    assert split("Um. Dois\ntrês quatro", 15) == ["Um. Dois", "três quatro"]
    assert split("Primeira frase. Segunda", 20) == ["Primeira frase.", "Segunda"]
    assert split("uma palavra atrás da outra", 12) == ["uma palavra", "atrás da", "outra"]


def test_no_tiny_part_is_made_for_a_better_break() -> None:
    assert split("A.\n\nbbbb cccc dddd eeee", 16) == ["A.\n\nbbbb cccc", "dddd eeee"]


def test_a_code_stays_whole_with_its_spaces() -> None:
    text = f"Pague com o código {LINE} no aplicativo"
    for limit in range(len(LINE), len(text)):
        assert any(LINE in part for part in split(text, limit)), limit


def test_a_word_longer_than_a_message_is_cut_as_there_is_no_other_way() -> None:
    assert split("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_lengths_are_counted_as_the_channel_counts() -> None:
    assert split("💡💡💡 💡💡", 6, units) == ["💡💡💡", "💡💡"]


@given(st.text(st.sampled_from("ab1 0.\n💡é,-")), st.integers(2, 40))
def test_nothing_is_lost_and_nothing_too_long(text: str, limit: int) -> None:
    parts = split(text, limit, units)
    assert all(0 < units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_choices_in_words() -> None:
    choices = [Choice("1", "março/2026", "R$ 187,40, vence amanhã"), Choice("2", "Todas")]
    assert numbered(choices) == "1. março/2026: R$ 187,40, vence amanhã\n2. Todas"
