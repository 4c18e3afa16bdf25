"""Proofs: locks after five failures in a row, throttling of customer numbers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from attendance.proofs import Kind, Proof, Proofs, Refusal, Throttle
from records.tables import proof_attempts
from records.unit_of_work import unit_of_work

SECRET = "a secret of the tests"
PATIENCE = 60.0


@pytest.fixture
def proofs(store: Engine, clock: Any) -> Proofs:
    return Proofs(store, SECRET, clock, Throttle(conversation=8, address=10, everything=12))


def attempt(
    proofs: Proofs,
    *,
    right: bool = False,
    kind: Kind = Kind.HOLDER,
    conversation: str = "c",
    subject: str = "52998224725",
    address: str | None = None,
) -> Proof[str]:
    return proofs.check(
        kind,
        conversation_id=conversation,
        subject=subject,
        address=address,
        verify=lambda: "holder" if right else None,
    )


def fail(proofs: Proofs, times: int, **of: Any) -> None:
    for _ in range(times):
        assert attempt(proofs, **of).refusal is Refusal.WRONG


def test_a_right_proof_gives_what_it_proves(proofs: Proofs) -> None:
    assert attempt(proofs, right=True) == Proof(proved="holder")


def test_five_failures_in_a_row_lock_even_the_right_answer(proofs: Proofs) -> None:
    assert [attempt(proofs).locks for _ in range(5)] == [False] * 4 + [True]
    assert attempt(proofs, right=True).refusal is Refusal.LOCKED


def test_a_success_starts_the_count_anew(proofs: Proofs) -> None:
    fail(proofs, 4)
    assert attempt(proofs, right=True).proved
    fail(proofs, 4)
    assert attempt(proofs, right=True).proved


def test_the_lock_lasts_thirty_minutes_and_then_five_more_failures_are_needed(
    proofs: Proofs, clock: Any
) -> None:
    fail(proofs, 5)
    clock.advance(minutes=29, seconds=59)
    assert attempt(proofs, right=True).refusal is Refusal.LOCKED
    clock.advance(seconds=1)
    fail(proofs, 4)
    assert attempt(proofs, right=True).proved


def test_a_document_is_locked_over_all_conversations(proofs: Proofs) -> None:
    for number in range(5):
        fail(proofs, 1, conversation=f"conversation-{number}")
    assert attempt(proofs, right=True, conversation="another").refusal is Refusal.LOCKED
    assert attempt(proofs, right=True, conversation="another", subject="11144477735").proved


def test_a_conversation_is_locked_over_all_documents(proofs: Proofs) -> None:
    for number in range(5):
        fail(proofs, 1, subject=f"document-{number}")
    assert attempt(proofs, right=True, subject="another").refusal is Refusal.LOCKED


def test_a_lock_of_one_proof_leaves_the_other_open(proofs: Proofs) -> None:
    fail(proofs, 5, kind=Kind.UNIT, subject="3001234567")
    assert attempt(proofs, right=True, kind=Kind.HOLDER).proved


def test_failures_are_counted_over_any_length_of_time(proofs: Proofs, clock: Any) -> None:
    for _ in range(5):
        fail(proofs, 1)
        clock.advance(hours=5)
    fail_again = attempt(proofs)
    assert fail_again.refusal is Refusal.WRONG  # the lock of five hours ago is over


def test_customer_numbers_are_throttled_in_a_conversation(proofs: Proofs, clock: Any) -> None:
    for number in range(8):
        assert attempt(proofs, right=True, kind=Kind.UNIT, subject=f"{number}").proved
    throttled = attempt(proofs, right=True, kind=Kind.UNIT, subject="one more")
    assert throttled.refusal is Refusal.THROTTLED
    clock.advance(hours=1)
    assert attempt(proofs, right=True, kind=Kind.UNIT, subject="one more").proved


@pytest.mark.parametrize(("address", "allowed"), [("203.0.113.7", 10), (None, 12)])
def test_customer_numbers_are_throttled_by_address_and_over_everything(
    proofs: Proofs, address: str | None, allowed: int
) -> None:
    def try_number(number: int) -> Proof[str]:
        return attempt(
            proofs,
            right=True,
            kind=Kind.UNIT,
            conversation=f"c-{number}",
            subject=f"{number}",
            address=address,
        )

    for number in range(allowed):
        assert try_number(number).proved
    assert try_number(allowed).refusal is Refusal.THROTTLED


def test_the_holder_s_proof_is_not_throttled(proofs: Proofs) -> None:
    for number in range(15):
        assert attempt(proofs, right=True, subject=f"{number}").proved


def test_an_attempt_that_could_not_be_checked_does_not_count(proofs: Proofs) -> None:
    def down() -> None:
        raise ConnectionError

    for _ in range(6):
        with pytest.raises(ConnectionError):
            proofs.check(Kind.HOLDER, conversation_id="c", subject="s", address=None, verify=down)
    assert attempt(proofs, right=True, subject="s").proved


@contextmanager
def guesses_under_way(proofs: Proofs, number: int) -> Iterator[list[Future[Proof[str]]]]:
    """Wrong ones at one document, each refused already or waiting to be told, until the end."""
    asked, answer = Semaphore(0), Event()

    def verify() -> None:
        asked.release()
        assert answer.wait(PATIENCE)

    def guess(conversation: str) -> Proof[str]:
        proof: Proof[str] = proofs.check(
            Kind.HOLDER,
            conversation_id=conversation,
            subject="52998224725",
            address=None,
            verify=verify,
        )
        if proof.refusal is Refusal.LOCKED:
            asked.release()
        return proof

    with ThreadPoolExecutor(number) as threads:
        guesses = [threads.submit(guess, f"guesser-{one}") for one in range(number)]
        try:
            for _ in guesses:
                assert asked.acquire(timeout=PATIENCE)
            yield guesses
        finally:
            answer.set()


def test_guesses_made_side_by_side_are_no_more_than_one_after_the_other(proofs: Proofs) -> None:
    with guesses_under_way(proofs, 24) as guesses:
        pass
    refusals = [guess.result().refusal for guess in guesses]
    assert refusals.count(Refusal.WRONG) <= 5
    assert attempt(proofs, right=True).refusal is Refusal.LOCKED


def test_guesses_of_which_nobody_tells_how_they_ended_lock_no_longer_than_others(
    proofs: Proofs, clock: Any
) -> None:
    with guesses_under_way(proofs, 5):
        assert attempt(proofs, right=True).refusal is Refusal.LOCKED
        clock.advance(minutes=30)
        assert attempt(proofs, right=True).proved


def test_nothing_that_was_tried_is_stored(proofs: Proofs, store: Engine) -> None:
    fail(proofs, 1, subject="52998224725", address="203.0.113.7")
    with store.begin() as connection:
        stored = repr(connection.execute(select(proof_attempts)).all())
    assert "52998224725" not in stored
    assert "203.0.113.7" not in stored


def test_an_attempt_of_a_turn_that_is_done_again_counts_once(proofs: Proofs) -> None:
    for _ in range(9):
        with unit_of_work("turn"):
            assert attempt(proofs).refusal is Refusal.WRONG
    assert attempt(proofs, right=True).proved
