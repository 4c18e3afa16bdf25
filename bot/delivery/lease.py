"""Only one process at a time sends over an account, so that its order and pace are kept.

On PostgreSQL the lease is a session's advisory lock: the server frees it when the process, or its
machine, is gone. (A connection pooler between us and PostgreSQL must not share sessions between
transactions.) SQLite belongs to one process anyway. Should two processes ever hold a lease, a
row is still sent by one of them only: see ``Outbox.claim``.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine


class Lease:
    """A named right that one process has. Methods block."""

    def __init__(self, records: Engine, name: str) -> None:
        """Not held yet."""
        self._records = records
        self._needed = records.dialect.name == "postgresql"
        digest = hashlib.sha256(f"lease:{name}".encode()).digest()
        self._number = int.from_bytes(digest[:8], "big", signed=True)
        self._connection: Connection | None = None

    @property
    def is_held(self) -> bool:
        """Whether we had it when we looked last; does not block."""
        return not self._needed or self._connection is not None

    def hold(self) -> bool:
        """Take the lease, or make sure that we still have it; ``False`` if another has it."""
        if not self._needed:
            return True
        if self._connection is None:
            return self._take()
        try:
            self._connection.execute(text("SELECT 1"))
            self._connection.commit()
        except Exception:
            self.release()
            return self._take()
        return True

    def release(self) -> None:
        """Let another process have it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # closes the session, and frees its locks
            connection.close()

    def _take(self) -> bool:
        connection = self._records.connect()
        try:
            taken = connection.execute(
                text("SELECT pg_try_advisory_lock(:number)"), {"number": self._number}
            ).scalar_one()
            connection.commit()
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        if taken:
            self._connection = connection
        else:
            connection.close()
        return bool(taken)
