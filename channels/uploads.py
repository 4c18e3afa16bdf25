"""The ids of files that a provider has already: what is sent again is not uploaded again."""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from channels.assistant import Content

_REMEMBERED = 10_000


def digest(content: Content) -> str:
    """What a file is known by: the same Pix code asked for twice is one file, whoever asks."""
    return hashlib.sha256(content.media_type.encode() + b"\0" + content.data).hexdigest()


@dataclass
class _Upload:
    id: str
    kept_at: float
    sent_with: str | None  # the key of the latest request with it


class Uploads:
    """By ``digest``. Forgotten at a restart: then a file is uploaded once more."""

    def __init__(
        self, good_for: float = math.inf, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Know none yet; the provider keeps a file for ``good_for`` seconds."""
        self._good_for = good_for
        self._clock = clock
        self._ids: OrderedDict[str, _Upload] = OrderedDict()

    def find(self, file: str, key: str | None = None) -> str | None:
        """The provider's id of a file, if it is still good.

        It is not for a request, known by its ``key``, that was made with it and is made again.
        """
        upload = self._ids.get(file)
        if upload is None or self._clock() - upload.kept_at >= self._good_for:
            return None
        if key is not None and upload.sent_with == key:
            return None
        upload.sent_with = key
        return upload.id

    def keep(self, file: str, file_id: str, key: str | None = None) -> None:
        """Know a file from now on."""
        self._ids[file] = _Upload(file_id, self._clock(), key)
        if len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)

    def forget(self, file: str) -> None:
        """The provider does not know it any more."""
        self._ids.pop(file, None)
