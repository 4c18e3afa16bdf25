"""What goes wrong in the database, in the gateway's own terms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from billing.gateway import BillingUnavailable

# Down, locked or too slow; connection lost in mid-use; none free in the pool.
_PASSING_FAULTS = (OperationalError, InterfaceError, TimeoutError)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Yield a connection whose work is committed at the end, or undone by an exception.

    Raises ``BillingUnavailable`` for faults that may pass; others are defects and stay as they
    are. The cause is kept for the log: the engine leaves parameters out of it.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except _PASSING_FAULTS as fault:
        raise BillingUnavailable(f"the billing database: {type(fault).__name__}") from fault
