"""Clara's web server within a test's own loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sanic import Sanic


@asynccontextmanager
async def serving(app: Sanic, port: int) -> AsyncIterator[None]:
    """Serve until the block ends, then cut every connection."""
    server: Any = await app.create_server(
        "127.0.0.1", port, return_asyncio_server=True, access_log=False
    )
    await server.startup()
    await server.start_serving()
    try:
        yield
    finally:
        server.close()
        for connection in [*server.connections]:
            connection.abort()
