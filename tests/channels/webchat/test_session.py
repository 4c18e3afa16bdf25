"""Session tokens and links: nothing opens a conversation but what we signed, and not too late."""

from __future__ import annotations

import pytest

from channels.webchat.attachments import PREFIX, AttachmentLinks, Expired, Forged, Target
from channels.webchat.session import Sessions
from tests.channels.webchat.clock import Clock

SECRET = "s" * 40
DAY = 24 * 60 * 60


def sessions(clock: Clock, secret: str = SECRET, account: str = "web") -> Sessions:
    return Sessions(secret, account, DAY, clock)


def links(clock: Clock) -> AttachmentLinks:
    return AttachmentLinks(SECRET, "web", 15 * 60, clock)


def test_a_token_opens_its_session(clock: Clock) -> None:
    opened = sessions(clock).open()
    resumed = sessions(clock).resume(opened.token)
    assert opened.is_new
    assert not resumed.is_new
    assert (resumed.id, resumed.token) == (opened.id, opened.token)
    assert len(opened.id) == 22
    assert sessions(clock).open().id != opened.id


def test_a_session_in_use_does_not_end(clock: Clock) -> None:
    session = sessions(clock).open()
    for _ in range(5):
        clock.advance(hours=23)
        again = sessions(clock).resume(session.token)
        assert again.id == session.id
        assert again.token != session.token
        session = again


def test_a_session_out_of_use_ends(clock: Clock) -> None:
    session = sessions(clock).open()
    clock.advance(hours=24, seconds=1)
    again = sessions(clock).resume(session.token)
    assert again.is_new
    assert again.id != session.id


def test_a_token_is_kept_for_a_while(clock: Clock) -> None:
    # To Rasa's own widgets a changed token is a new session.
    session = sessions(clock).open()
    clock.advance(minutes=59)
    assert sessions(clock).resume(session.token).token == session.token
    clock.advance(minutes=2)
    assert sessions(clock).resume(session.token).token != session.token


def test_nobody_else_can_make_one(clock: Clock) -> None:
    real = sessions(clock).open()
    payload, stamp, signature = real.token.split(".")
    forged = [
        "",
        real.id,
        "x" * 100_000,
        real.token[:-1],
        real.token + "A",
        f"{payload}.{stamp}.",
        f"{payload}.{stamp}",
        f"{payload}..{signature}",
        f"{payload[::-1]}.{stamp}.{signature}",
        f"{payload}.AAAAAA.{signature}",
        sessions(clock, secret="t" * 40).open().token,
        sessions(clock, account="other").open().token,
        links(clock).path(real.id, "x").removeprefix(PREFIX),
        "....",
        "\x00",
    ]
    for token in forged:
        assert sessions(clock).resume(token).is_new, token
    assert sessions(clock).resume(None).is_new


def test_a_token_from_the_future_opens_nothing(clock: Clock) -> None:
    token = sessions(clock).open().token
    clock.advance(hours=-1)
    assert sessions(clock).resume(token).is_new


def test_tokens_are_in_no_representation(clock: Clock) -> None:
    session = sessions(clock).open()
    assert session.token not in repr(session)


def test_a_link_leads_to_one_document_of_one_session(clock: Clock) -> None:
    signed = links(clock).path("session", "bill").removeprefix(PREFIX)
    assert links(clock).read(signed) == Target("session", "bill")
    clock.advance(minutes=15)
    assert links(clock).read(signed) == Target("session", "bill")
    clock.advance(seconds=1)
    assert links(clock).read(signed) == Expired()


@pytest.mark.parametrize("signed", ["", "x", "a.b.c", "x" * 5_000, "é", "\x00"])
def test_a_forged_link_leads_nowhere(clock: Clock, signed: str) -> None:
    assert links(clock).read(signed) == Forged()


def test_neither_kind_stands_for_the_other(clock: Clock) -> None:
    assert links(clock).read(sessions(clock).open().token) == Forged()
