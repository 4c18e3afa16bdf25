"""What Rasa may read of what people type, and under what an address is counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.inbound import keyed_address, storable, typed
from channels.assistant import MAX_TEXT_LENGTH

SECRET = "s" * 32


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("oi", "oi"),
        (" oi ", "oi"),
        ("/restart", "restart"),
        ("//restart", "restart"),
        (" / / restart", "restart"),
        ("\u200b/restart", "restart"),
        ("\ufeff\u2060/\u200d/restart", "restart"),
        ("\uff0frestart", "restart"),
        ("\u0338/restart", "restart"),
        ('/inform{"cpf": "1"}', 'inform{"cpf": "1"}'),
        ("12/03/2026", "12/03/2026"),
        ("/", "?"),
        ("", "?"),
        ("\u200b", "?"),
        ("😀", "😀"),
    ],
)
def test_typed_text_is_never_a_command(text: str, read: str) -> None:
    assert typed(text) == read


@given(st.text(alphabet="/ \t\n\u200b\u2060\uff0fab{}"))
def test_no_typed_text_is_a_command(text: str) -> None:
    assert typed(text).strip()[0] != "/"


@pytest.mark.parametrize(
    ("text", "stored"),
    [("a\x00b", "ab"), ("a\ud800b", "a?b"), ("x" * MAX_TEXT_LENGTH, "x" * MAX_TEXT_LENGTH)],
)
def test_what_a_database_refuses_is_taken_out(text: str, stored: str) -> None:
    assert storable(text) == stored


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
    ],
)
def test_addresses_are_counted_by_network(one: str, other: str, same: bool) -> None:
    assert (keyed_address(one, SECRET) == keyed_address(other, SECRET)) is same


def test_no_address_is_no_hash_and_the_secret_matters() -> None:
    assert keyed_address(None, SECRET) is None
    assert keyed_address("203.0.113.7", SECRET) != keyed_address("203.0.113.7", "t" * 32)
