"""What clients send, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.webchat.protocol import (
    MAX_TEXT_LENGTH,
    SENTENCES,
    Accepted,
    Ignored,
    Outcome,
    Rejected,
    SessionRequest,
    Utterance,
    parse_session_request,
    parse_utterance,
    speaks_extension,
)

CHOICE = "c_" + "aB3_-xyz" * 2 + "Q" * 6
INVALID = Rejected("invalid")
BLANK = Ignored("blank")


def text(value: str, **more: Any) -> Accepted:
    return Accepted(Utterance(text=value, **more))


def choice(value: str, **more: Any) -> Accepted:
    return Accepted(Utterance(choice=value, **more))


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        ({"message": "oi"}, text("oi")),
        ("oi", text("oi")),
        ({"message": "oi", "session_id": "t", "customData": {"a": 1}}, text("oi", token="t")),
        ({"message": "oi", "session_id": "t", "metadata": None}, text("oi", token="t")),
        ({"message": "oi", "session_id": ["t"]}, text("oi")),
        ({"message": "oi", "session_id": "é"}, text("oi")),
        ({"message": "oi", "message_id": "m-1_A"}, text("oi", message_id="m-1_A")),
        ({"message": "oi", "message_id": None}, text("oi")),
        ({"message": "  oi\r\ntudo\tbem\r "}, text("oi\ntudo\tbem")),
        ({"message": "o\x00i\x1b[0m\x85"}, text("oi[0m")),
        ({"message": "\ud83d\ude00"}, text("😀")),
        ({"message": "\ud83d!"}, text("�!")),
        ({"message": "/start"}, text("/start")),
        ({"message": "x" * (MAX_TEXT_LENGTH + 1)}, text("x" * MAX_TEXT_LENGTH)),
        ({"message": CHOICE}, choice(CHOICE)),
        ({"message": f" {CHOICE}\n"}, choice(CHOICE)),
        ({"message": CHOICE + "A"}, text(CHOICE + "A")),
        ({"message": CHOICE[:-1]}, text(CHOICE[:-1])),
        ({"message": CHOICE.upper()}, text(CHOICE.upper())),
        ({"choice": CHOICE, "message_id": "m"}, choice(CHOICE, message_id="m")),
        ({"choice": "any-id", "message": "título"}, choice("any-id")),
        ({"message": ""}, BLANK),
        ({"message": " \n\u3000"}, BLANK),
        ({"message": "\x00"}, BLANK),
        (None, INVALID),
        (1, INVALID),
        (True, INVALID),
        ([], INVALID),
        (["oi"], INVALID),
        ({}, INVALID),
        ({"message": None}, INVALID),
        ({"message": 7}, INVALID),
        ({"message": ["oi"]}, INVALID),
        ({"message": {"text": "oi"}}, INVALID),
        ({"message": b"oi"}, INVALID),
        ({"choice": ""}, INVALID),
        ({"choice": "x" * 65}, INVALID),
        ({"choice": "é"}, INVALID),
        ({"choice": "a b"}, INVALID),
        ({"choice": 1}, INVALID),
        ({"message": "oi", "message_id": ""}, INVALID),
        ({"message": "oi", "message_id": "x" * 65}, INVALID),
        ({"message": "oi", "message_id": "a\n"}, INVALID),
        ({"message": "oi", "message_id": 5}, INVALID),
        ({"message": "oi", "message_id": {}}, INVALID),
    ],
)
def test_utterances(data: Any, outcome: Outcome) -> None:
    assert parse_utterance(data) == outcome


@pytest.mark.parametrize(
    ("data", "request_"),
    [
        (None, SessionRequest()),
        ("t", SessionRequest()),
        ([], SessionRequest()),
        ({}, SessionRequest()),
        ({"session_id": None}, SessionRequest()),
        ({"session_id": "t"}, SessionRequest(token="t")),
        ({"session_id": 1}, SessionRequest()),
        ({"session_id": {"session_id": "t"}}, SessionRequest()),
        ({"session_id": "t\u00e9"}, SessionRequest()),
        ({"protocol": 1}, SessionRequest(extended=True)),
        ({"protocol": 2, "since": 3}, SessionRequest(extended=True, since=3)),
        ({"protocol": 0}, SessionRequest()),
        ({"protocol": True}, SessionRequest()),
        ({"protocol": "1"}, SessionRequest()),
        ({"since": -1}, SessionRequest()),
        ({"since": 2**63}, SessionRequest()),
        ({"since": float("nan")}, SessionRequest()),
        ({"since": True}, SessionRequest()),
        ({"since": "9"}, SessionRequest()),
    ],
)
def test_session_requests(data: Any, request_: SessionRequest) -> None:
    assert parse_session_request(data) == request_


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
_ANY_TEXT = st.text(st.characters(exclude_categories=()))  # halves of surrogate pairs as well
_PAYLOADS = _JSON | st.fixed_dictionaries(
    {},
    optional={
        "message": _JSON | _ANY_TEXT,
        "choice": _JSON | _ANY_TEXT,
        "message_id": _JSON | st.just("m1"),
        "session_id": _JSON | _ANY_TEXT,
        "protocol": _JSON,
        "since": _JSON,
    },
)


@given(_PAYLOADS)
def test_whatever_comes_what_goes_on_is_sound(data: Any) -> None:
    request = parse_session_request(data)
    assert 0 <= request.since < 2**53
    speaks_extension(data)
    outcome = parse_utterance(data)
    if isinstance(outcome, Accepted):
        said = outcome.utterance
        assert (said.text is None) != (said.choice is None)
        written = said.text or said.choice or ""
        assert written.strip()
        assert len(written) <= MAX_TEXT_LENGTH
        assert "\x00" not in written
        written.encode()
        assert said.token is None or said.token.isascii()


def test_customers_are_told_in_whole_sentences() -> None:
    assert all(sentence.endswith("por favor.") for sentence in SENTENCES.values())


def test_what_customers_write_is_in_no_representation() -> None:
    outcome = parse_utterance({"message": "meu CPF", "session_id": "token"})
    assert "CPF" not in repr(outcome)
    assert "token='" not in repr(outcome)
