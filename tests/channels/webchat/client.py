"""A Socket.IO client that remembers what it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import socketio

_PATIENCE_SECONDS = 60


class Client:
    """Events come out of ``next`` in the order they came in."""

    def __init__(self) -> None:
        self.token: str | None = None
        self._io = socketio.AsyncClient(reconnection=False)
        self._events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._io.on("*", self._keep)
        self._io.on("disconnect", self._left)

    async def connect(
        self, url: str, headers: dict[str, str] | None = None, transport: str = "websocket"
    ) -> None:
        await self._io.connect(url, headers=headers or {}, transports=[transport])

    async def disconnect(self) -> None:
        await self._io.disconnect()

    async def gone(self) -> None:
        """Return once the connection has ended."""
        await asyncio.wait_for(self._gone.wait(), _PATIENCE_SECONDS)

    async def emit(self, event: str, *data: Any) -> None:
        await self._io.emit(event, data)

    async def session(self, token: str | None = None, **more: Any) -> str:
        """Ask for a session; return the token that is confirmed."""
        await self.emit("session_request", {"session_id": token, **more})
        self.token = await self.next("session_confirm")
        return str(self.token)

    async def join(self, token: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        """Ask for a session as a client of the extension; return the entries of the replay."""
        await self.session(token, protocol=1, since=since)
        entries = await self.next("entries")
        assert isinstance(entries, list)
        return entries

    async def say(self, message: str, message_id: str = "m1") -> Any:
        """Say something as a client of the extension; return the acknowledgement."""
        return await self.call({"message": message, "message_id": message_id})

    async def turn(self, message: str, message_id: str = "m1") -> list[dict[str, Any]]:
        """Say something to an assistant that echoes; return both entries."""
        assert await self.say(message, message_id) == {"status": "accepted"}
        entries = [await self.entry(), await self.entry()]
        assert await self.next("typing") == {"active": False}
        return entries

    async def call(self, data: Any) -> Any:
        """Utter anything; return the acknowledgement."""
        return await self._io.call("user_uttered", data, timeout=_PATIENCE_SECONDS)

    async def any(self) -> tuple[str, Any]:
        """Return the next event and its data."""
        return await asyncio.wait_for(self._events.get(), _PATIENCE_SECONDS)

    async def next(self, event: str) -> Any:
        """Return the data of the next event, which is to be of this name."""
        name, data = await self.any()
        assert name == event, f"{name} came instead of {event}: {data}"
        return data

    async def entry(self) -> dict[str, Any]:
        """Return the next live entry, whatever typing indicators come before."""
        while True:
            name, data = await self.any()
            if name != "typing":
                assert name == "entry", name
                assert isinstance(data, dict)
                return data

    async def quiet(self) -> None:
        """Check that nothing was sent that has not been looked at.

        Whatever the server sent before it answers this has come before the answer.
        """
        await self.call({"message": " ", "message_id": "quiet"})
        assert self._events.empty(), self._events.get_nowait()

    async def _keep(self, event: str, *data: Any) -> None:
        await self._events.put((event, data[0] if len(data) == 1 else data))

    async def _left(self, *reason: Any) -> None:
        self._gone.set()


@asynccontextmanager
async def connected(url: str, **more: Any) -> AsyncIterator[Client]:
    """Connect until the block ends."""
    client = Client()
    await client.connect(url, **more)
    try:
        yield client
    finally:
        await client.disconnect()
