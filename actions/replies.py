"""What the services say: ``data/replies/*.yml``, in the format of Rasa's responses.

They stand apart from ``domain.yml`` because Rasa takes every response of the domain for an
action, and its validation warns of each one that no rule calls. Designers edit both alike.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DIRECTORY = Path(__file__).parent.parent / "data" / "replies"

Reply = dict[str, Any]
"""One variation: ``text``, and ``buttons``, ``channel`` or ``condition`` as in the domain."""


class InvalidReplies(Exception):
    """A file of replies cannot be used; the message names it and says why."""


@lru_cache(maxsize=1)
def replies() -> dict[str, list[Reply]]:
    """All replies by name. Raises ``InvalidReplies``."""
    return load(DIRECTORY)


def load(directory: Path) -> dict[str, list[Reply]]:
    """The replies of every file in a directory."""
    found: dict[str, list[Reply]] = {}
    for path in sorted(directory.glob("*.yml")):
        for name, variations in _read(path).items():
            if name in found:
                raise InvalidReplies(f"{path.name}: '{name}' is in another file already")
            if not variations or not all("text" in variation for variation in variations):
                raise InvalidReplies(f"{path.name}: '{name}' needs a list of '- text:'")
            found[name] = variations
    return found


def _read(path: Path) -> dict[str, list[Reply]]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InvalidReplies(f"{path.name}: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("replies"), dict):
        raise InvalidReplies(f"{path.name}: needs 'replies:' at the top")
    return dict(content["replies"])
