"""Calling the distributor's system: retries, circuit breaker, and what failures mean."""

from __future__ import annotations

import time
from typing import Any

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from billing.gateway import BillingRecordNotFound, BillingUnavailable
from billing.rest.call import Answer, Call, Fault, Limits
from billing.rest.circuit_breaker import CircuitBreaker, CircuitOpen
from billing.rest.exchange import HttpExchange

# In the body of a 404: the record is missing, and not the route because of a wrong base address.
RECORD_NOT_FOUND = "record_not_found"

_PASSING_STATUSES = frozenset({429, 502, 503, 504})
_backoff = wait_random_exponential(multiplier=0.1, max=2)


class Transport:
    """Makes calls over an exchange; may be shared by threads."""

    def __init__(self, exchange: HttpExchange, limits: Limits, breaker: CircuitBreaker) -> None:
        """Make every call of ``exchange`` through ``breaker``."""
        self._exchange = exchange
        self._limits = limits
        self._breaker = breaker

    def send(self, call: Call) -> Any:
        """Return the JSON of a successful answer.

        Only a repeatable call is tried again. Raises ``BillingRecordNotFound`` where the system
        says so and ``BillingUnavailable`` for all else, naming the route but none of its ids.
        """
        deadline = time.monotonic() + self._limits.overall_seconds
        try:
            return self._retrying(call)(self._attempt, call, deadline)
        except Fault as fault:
            reason = str(fault)
        except CircuitOpen:
            reason = "not called, because it failed too often just now"
        raise BillingUnavailable(f"billing system, {call.method} {call.route}: {reason}")

    def _retrying(self, call: Call) -> Retrying:
        attempts = self._limits.attempts if call.repeatable else 1
        return Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Fault) and error.passing),
            stop=stop_after_attempt(attempts) | stop_before_delay(self._limits.overall_seconds),
            wait=_wait,
            reraise=True,
        )

    def _attempt(self, call: Call, deadline: float) -> Any:
        # Only a system that is down or broken trips the breaker; one that refuses is well.
        with self._breaker.attempt():
            answer = self._exchange.perform(call, deadline)
            if answer.status >= 500:
                raise _refused(answer)
        if answer.status == 404 and _code(answer) == RECORD_NOT_FOUND:
            raise BillingRecordNotFound(f"{call.method} {call.route}")
        if not 200 <= answer.status < 300:
            raise _refused(answer)
        return answer.json


def _refused(answer: Answer) -> Fault:
    return Fault(
        f"HTTP {answer.status}",
        passing=answer.status in _PASSING_STATUSES,
        retry_after_seconds=answer.retry_after_seconds,
    )


def _code(answer: Answer) -> object:
    return answer.json.get("code") if isinstance(answer.json, dict) else None


def _wait(state: RetryCallState) -> float:
    """Return a random wait that grows, or what the system asked for if that is longer."""
    fault = state.outcome.exception() if state.outcome else None
    asked = fault.retry_after_seconds if isinstance(fault, Fault) else None
    return max(_backoff(state), asked or 0.0)
