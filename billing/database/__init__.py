"""The built-in billing system: SQLite in a file, or PostgreSQL.

Call ``migrate(url)`` once at start, then ``DatabaseGateway(open_engine(url))``.
"""

from billing.database.engine import open_engine
from billing.database.gateway import DatabaseGateway
from billing.database.schema import migrate

__all__ = ["DatabaseGateway", "migrate", "open_engine"]
