"""Clara's own records: conversations, attendances, proofs, hand-offs, mail that waits to go out.

One database, apart from the distributor's billing. SQLite by default, PostgreSQL by URL.
"""

from records.database import connect, lasting, migrate

__all__ = ["connect", "lasting", "migrate"]
