"""The circuit breaker by itself, with a clock that passes when told to."""

from __future__ import annotations

import pytest

from billing.rest.circuit_breaker import CircuitBreaker, CircuitOpen


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(failures=3, rest_seconds=10, clock=clock)


def fail(breaker: CircuitBreaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(OSError, match="down"), breaker.attempt():
            raise OSError("down")


def succeed(breaker: CircuitBreaker) -> None:
    with breaker.attempt():
        pass


def is_open(breaker: CircuitBreaker) -> bool:
    try:
        succeed(breaker)
    except CircuitOpen:
        return True
    return False


def test_it_opens_after_so_many_failures_in_a_row(breaker: CircuitBreaker) -> None:
    fail(breaker, 3)
    assert is_open(breaker)


def test_a_success_between_starts_the_count_anew(breaker: CircuitBreaker) -> None:
    fail(breaker, 2)
    succeed(breaker)
    fail(breaker, 2)
    assert not is_open(breaker)


def test_it_stays_open_until_it_has_rested(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 9.9
    assert is_open(breaker)
    clock.now = 10
    assert not is_open(breaker)
    assert not is_open(breaker)


def test_a_trial_that_fails_opens_it_anew(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 10
    fail(breaker)
    clock.now = 19.9
    assert is_open(breaker)
    clock.now = 20
    assert not is_open(breaker)


def test_one_trial_at_a_time(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 10
    with breaker.attempt():
        assert is_open(breaker)
    assert not is_open(breaker)


def test_a_call_begun_before_decides_nothing_after(breaker: CircuitBreaker, clock: Clock) -> None:
    slow_success, slow_failure = breaker.attempt(), breaker.attempt()
    slow_success.__enter__()
    slow_failure.__enter__()
    fail(breaker, 3)
    slow_success.__exit__(None, None, None)
    assert is_open(breaker)
    clock.now = 9
    slow_failure.__exit__(OSError, OSError("down"), None)
    clock.now = 10
    assert not is_open(breaker)  # the rest was not prolonged
