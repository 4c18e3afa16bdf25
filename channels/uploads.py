"""The ids of files that a provider has already: what is sent again is not uploaded again."""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from channels.assistant import Content

_REMEMBERED = 10_000


def digest(content: Content) -> str:
    """What a file is known by: the same Pix code asked for twice is one file, whoever asks."""
    return hashlib.sha256(content.media_type.encode() + b"\0" + content.data).hexdigest()


class Uploads:
    """By ``digest``. Forgotten at a restart: then a file is uploaded once more."""

    def __init__(
        self, good_for: float = math.inf, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Know none yet; the provider keeps a file for ``good_for`` seconds."""
        self._good_for = good_for
        self._clock = clock
        self._ids: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def find(self, file: str) -> str | None:
        """The provider's id of a file, if it is still good."""
        file_id, kept_at = self._ids.get(file, ("", 0.0))
        return file_id if file_id and self._clock() - kept_at < self._good_for else None

    def keep(self, file: str, file_id: str) -> None:
        """Know a file from now on."""
        self._ids[file] = (file_id, self._clock())
        if len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)

    def forget(self, file: str) -> None:
        """The provider does not know it any more."""
        self._ids.pop(file, None)
