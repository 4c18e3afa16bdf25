"""What webhooks of all providers have in common."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

from channels.webhooks import read_body

LIMIT = 4 * 1024 * 1024
_PATIENCE = 60.0


class Crumbs:
    """A body in chunks of one byte, as anybody may send it before it is known who they are."""

    def __init__(self, length: int) -> None:
        self.left = length
        self.ends = time.monotonic() + _PATIENCE

    async def read(self) -> bytes | None:
        assert time.monotonic() < self.ends, "every crumb copies what has been read before"
        self.left -= 1
        return b"x" if self.left >= 0 else None


def request(body: Crumbs) -> Any:
    return SimpleNamespace(stream=body)


async def test_a_body_in_crumbs_is_read_in_no_more_time_than_its_length_takes() -> None:
    body = await read_body(request(Crumbs(LIMIT)), LIMIT)
    assert body == b"x" * LIMIT


async def test_of_a_body_that_is_too_large_no_more_is_read_than_tells_so() -> None:
    crumbs = Crumbs(LIMIT)
    assert await read_body(request(crumbs), 10) is None
    assert crumbs.left == LIMIT - 11
