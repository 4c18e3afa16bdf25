"""Calls to a provider's API over HTTP: one deadline each, and faults that can be told to anybody.

Addresses and headers hold tokens, and refusals may quote what was sent: no exception of the HTTP
library leaves this module, and ours print none of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

DEADLINE = 20.0
"""Seconds for a call, unless it says otherwise."""

UPLOAD_DEADLINE = 60.0
CONNECT_DEADLINE = 5.0
KEPT_ALIVE = 15.0
"""Seconds that an idle connection is used again: less than providers keep it, so that a call does
not meet a connection that is just being closed, which would leave open whether it was made."""


@dataclass(frozen=True)
class Upload:
    """A file that goes with a call."""

    parameter: str  # that it is the value of
    filename: str
    media_type: str
    data: bytes = field(repr=False)


class NotSent(Exception):
    """The provider could not be reached; nothing was done."""


class Unanswered(Exception):
    """The provider was reached and did not answer; it may have been done."""


class Calls:
    """Makes calls below one address."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        """Connect to nothing yet."""
        self._base_url = base_url.rstrip("/") + "/"
        self._headers = dict(headers or {})
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of a GET. Raises ``NotSent`` or ``Unanswered``."""
        return await self._call("GET", path, DEADLINE, params=dict(query or {}))

    async def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        upload: Upload | None = None,
        deadline: float = DEADLINE,
    ) -> tuple[int, bytes]:
        """Status and body of a POST of JSON, or of a form with a file.

        Raises ``NotSent`` or ``Unanswered``.
        """
        if upload is None:
            return await self._call("POST", path, deadline, json=dict(body))
        return await self._call("POST", path, deadline, data=_form(body, upload))

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def _call(
        self, method: str, path: str, deadline: float, **content: Any
    ) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=deadline, sock_connect=CONNECT_DEADLINE)
        try:
            async with self._opened().request(
                method,
                self._base_url + path,
                timeout=timeout,
                allow_redirects=False,
                **content,
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise Unanswered(type(error).__name__) from None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:  # here, since it belongs to the loop that is running
            connector = aiohttp.TCPConnector(keepalive_timeout=KEPT_ALIVE)
            self._session = aiohttp.ClientSession(connector=connector, headers=self._headers)
        return self._session


def _form(body: Mapping[str, Any], upload: Upload) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)  # filenames as they are, accents and all
    for name, value in body.items():
        form.add_field(name, str(value))
    form.add_field(
        upload.parameter, upload.data, filename=upload.filename, content_type=upload.media_type
    )
    return form
