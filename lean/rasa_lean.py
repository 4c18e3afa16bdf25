"""Lets Rasa 3.6 import without the optional packages that Clara does not install.

Rasa imports TensorFlow and the SDK of every channel at module level, though a bot that uses
neither never calls them. They are 2 GB of disk, 300 MB of memory and 13 s of every start.
This finder stands *last* on ``sys.meta_path``: it is asked only for what nobody else found, it
answers only for the names below, and an installed package always wins over it. What it hands
out can be imported, subclassed and named in annotations; using it raises ``ImportError`` with
the way out. See docs/decisions/0002-lean-rasa.md.
"""

from __future__ import annotations

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, ClassVar

ABSENT = frozenset(
    {
        "absl",
        "aiogram",
        "boto3",
        "botocore",
        "cachecontrol",
        "confluent_kafka",
        "fbmessenger",
        "google",
        "keras",
        "matplotlib",
        "mattermostwrapper",
        "pydantic",
        "pydot",
        "pymongo",
        "rocketchat_API",
        "slack_sdk",
        "sklearn_crfsuite",
        "tensorflow",
        "tensorflow_addons",
        "tensorflow_hub",
        "tensorflow_text",
        "twilio",
        "webexteamssdk",
    }
)


LEARNING = frozenset({"scipy", "sklearn", "tqdm"})
"""What components of Rasa's own need to learn, and some of them to understand."""

NOT_SERVED = LEARNING | {
    "apscheduler",
    "dask",
    "jwt",
    "matplotlib",
    "portalocker",
    "prompt_toolkit",
    "questionary",
    "redis",
}
"""Installed, for training and for Rasa's commands; a server that never calls them starts in half
the time and takes 90 MB less without. Rasa's runner, its reminders and the tokens of its channels
are among them: ours are others."""


class _AbsentType(type):
    """Type of every placeholder: attributes are placeholders too, calling one fails clearly."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{cls.__module__}.{cls.__qualname__}", name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise ImportError(
            f"{cls.__module__}.{cls.__qualname__} is not installed, or a server leaves it out: "
            "see docs/decisions/0002-lean-rasa.md. `make full` builds an environment with "
            "everything Rasa can use."
        )


def _placeholder(module: str, name: str) -> _AbsentType:
    return _AbsentType(name, (), {"__module__": module})


class _AbsentModule(ModuleType):
    __path__: ClassVar[list[str]] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(self.__name__, name)


class AbsentPackageFinder(MetaPathFinder, Loader):
    """Answers for packages of a fixed list and their submodules, and for nothing else."""

    def __init__(self, names: frozenset[str] = ABSENT) -> None:
        """Answer for these packages."""
        self._names = names

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        """A module for an absent name; ``None`` for every other."""
        package, _, inside = fullname.partition(".")
        if package not in self._names:
            return None
        # An installed package may ask for parts of its own that it does without.
        if inside and not isinstance(sys.modules.get(package), _AbsentModule):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Give the placeholder."""
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the placeholder is whole when it is created."""


def install() -> None:
    """Append the finder once; called by ``rasa_lean.pth`` at every start of the interpreter.

    Rasa's telemetry is turned off unless somebody turned it on: customers write to us, not to
    third parties, and Rasa sets it up with options that current releases of its SDK refuse.
    """
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    # A notice of SQLAlchemy 1.4 about itself, at every command; Rasa pins that release.
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    if not any(isinstance(finder, AbsentPackageFinder) for finder in sys.meta_path):
        sys.meta_path.append(AbsentPackageFinder())


def leave_out(names: frozenset[str]) -> None:
    """Do without these packages in this process, though they are installed.

    To be called before Rasa is imported; what has been imported already stays.
    """
    sys.meta_path.insert(0, AbsentPackageFinder(names))
