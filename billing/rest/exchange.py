"""One HTTP request and its answer, bounded in time and size."""

from __future__ import annotations

import json
import time
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from billing.rest.call import Answer, Call, Fault, Limits

_CHUNK_BYTES = 1 << 16


class _Bearer(AuthBase):
    """As an ``auth`` of its own, the token is not replaced by one from ~/.netrc."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request


class HttpExchange:
    """Speaks to one base address with one token over kept connections; threads may share it."""

    def __init__(self, base_url: str, token: str, limits: Limits) -> None:
        """Open no connection yet."""
        self._base_url = base_url.rstrip("/")
        self._limits = limits
        self._session = requests.Session()
        self._session.auth = _Bearer(token)
        self._session.headers.update({"Accept": "application/json", "User-Agent": "clara"})
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def perform(self, call: Call, deadline: float) -> Answer:
        """Return the answer to ``call``, whatever its status; ``deadline`` is monotonic seconds.

        Raises ``Fault``, which names only the kind of what went wrong: the messages of the
        libraries quote addresses.
        """
        seconds_left = deadline - time.monotonic()
        if seconds_left <= 0:
            raise Fault("no time left", passing=False)
        try:
            with self._session.request(
                call.method,
                self._base_url + call.path,
                params=call.query,
                json=call.body,
                headers=call.headers,
                timeout=(
                    min(self._limits.connect_seconds, seconds_left),
                    min(self._limits.read_seconds, seconds_left),
                ),
                allow_redirects=False,  # the token is for this address only
                stream=True,
            ) as response:
                body = self._read(response, deadline)
        except (requests.RequestException, HTTPError) as error:
            raise Fault(type(error).__name__, passing=True) from None
        status = response.status_code
        return Answer(status, _json(body, required=200 <= status < 300), _retry_after(response))

    def _read(self, response: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        # read1 returns what has arrived; reading in full would let a trickle outlast the deadline.
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > self._limits.max_body_bytes:
                raise Fault("the answer is too large", passing=False)
            if time.monotonic() > deadline:
                raise Fault("the answer takes too long", passing=False)
        return bytes(body)


def _json(body: bytes, *, required: bool) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        if required:
            raise Fault("the answer is not JSON", passing=False) from None
        return None


def _retry_after(response: requests.Response) -> float | None:
    """Return the seconds of ``Retry-After``; its other form, a date, is as good as none."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None
