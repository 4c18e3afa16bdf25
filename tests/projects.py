"""Small Rasa projects of tests, copied and trained."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bot.model import Project


def copy_project(source: Path, target: Path) -> Path:
    """A copy that Rasa can train; what ends in .txt was hidden from `rasa test`."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    for path in target.rglob("*.txt"):
        path.rename(path.with_suffix(""))
    return target


def train_copy(source: Path, target: Path) -> Path:
    """The model of a copy."""
    root = copy_project(source, target)
    os.environ["RASA_CACHE_DIRECTORY"] = str(root / "cache")
    return Project(root).train()
