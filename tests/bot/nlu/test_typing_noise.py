"""What the keyboard's slips do to a text, and what they leave alone."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.typing_noise import mistyped

WORDS = st.lists(st.sampled_from(["segunda", "via", "conta", "xcpf", "de", "luz", "quero", "?"]))


@given(WORDS, st.integers())
def test_the_same_seed_gives_the_same_slips(words: list[str], seed: int) -> None:
    text = " ".join(words)
    once, again = (mistyped(text, random.Random(seed)) for _ in range(2))
    assert once == again


@given(st.integers())
def test_a_long_word_is_distorted_but_keeps_its_length_within_one_slip(seed: int) -> None:
    assert abs(len(mistyped("segunda", random.Random(seed))) - len("segunda")) <= 1


@given(st.integers())
def test_shapes_and_short_words_stay(seed: int) -> None:
    assert mistyped("xcpf", random.Random(seed)) == "xcpf"
    assert mistyped("pix", random.Random(seed)) == "pix"
    assert mistyped("", random.Random(seed)) == ""
