"""Serve the built-in billing database to Clara, as a distributor's own system would.

The bearer token comes from CLARA_BILLING_REST_TOKEN, since arguments are visible to every user of
the machine.
"""

from __future__ import annotations

import argparse
import os
import sys

from billing.database import DatabaseGateway, migrate, open_engine
from billing_api.server import create_server


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m billing_api", description=__doc__)
    parser.add_argument("--database-url", required=True, help="e.g. sqlite:///billing.db")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    arguments = parser.parse_args()
    token = os.environ.get("CLARA_BILLING_REST_TOKEN", "")
    if not token:
        parser.error("set CLARA_BILLING_REST_TOKEN to the bearer token that callers must send")
    migrate(arguments.database_url)
    try:
        server = create_server(DatabaseGateway(open_engine(arguments.database_url)), token)
    except ValueError as error:
        parser.error(str(error))
    sys.stdout.write(f"Billing API: http://{arguments.host}:{arguments.port}/v1 (Ctrl+C ends it)\n")
    sys.stdout.flush()
    server.run(arguments.host, arguments.port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
