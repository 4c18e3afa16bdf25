"""The trained model that belongs to what is in the project now.

A model's file name carries a fingerprint of everything it was trained from; a model with the
present fingerprint needs no training. Whoever edits a reply or an example only has to start
Clara again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

KEPT = 3
"""Models kept under ``models/``: the newest, and two to go back to by hand."""

TRAINED_FROM = ("config.yml", "domain.yml", "domain", "data", "bot/nlu")
"""Files and folders whose change asks for training; what is absent does not count."""

READ_AT_START = Path("data/replies")
"""Not in the model: a new wording needs no training."""


class TrainingFailed(Exception):
    """Something in the contents is wrong; the message says what."""


class UnfitModel(Exception):
    """The model and the code do not belong together; the message says what is missing."""


@dataclass(frozen=True)
class Project:
    """A Rasa project on disk."""

    root: Path = Path()

    @property
    def endpoints(self) -> Path:
        """The file that names the stores and the action endpoint."""
        return self.root / "endpoints.yml"

    @property
    def has_only_components_of_ours(self) -> bool:
        """Whether the NLU runs without the libraries that train it."""
        config = yaml.safe_load((self.root / "config.yml").read_text(encoding="utf-8"))
        names = [component["name"] for component in config["pipeline"]]
        return all(name.startswith("bot.") or name == "FallbackClassifier" for name in names)

    @property
    def models(self) -> Path:
        """Where trained models are kept."""
        return self.root / "models"

    @property
    def model(self) -> Path:
        """Where the model of the present contents is, or will be once it is trained."""
        return self.models / f"clara-{self._fingerprint()}.tar.gz"

    def train(self) -> Path:
        """Train the model of the present contents, what has changed of it, and drop old ones.

        Raises ``TrainingFailed`` with what is wrong in the contents.
        """
        # Rasa is slow to import, and only this needs its training half.
        from rasa.shared.exceptions import RasaException

        from bot import training

        model = self.model
        domain = self.root / "domain.yml"
        try:
            training.train(
                config=self.root / "config.yml",
                domain=domain if domain.exists() else self.root / "domain",
                data=self.root / "data",
                model=model,
                tell=training.tell_in_terminal,
            )
        except RasaException as error:
            raise TrainingFailed(f"O modelo não pôde ser treinado: {error}") from error
        finally:
            training.end_of_line()
        self._drop_old_models()
        return model

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for path in self._sources():
            content = path.read_bytes()
            name = path.relative_to(self.root).as_posix()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()[:16]

    def _sources(self) -> Iterator[Path]:
        for name in TRAINED_FROM:
            path = self.root / name
            found = path.rglob("*") if path.is_dir() else [path]
            yield from sorted(one for one in found if self._counts(one))

    def _counts(self, path: Path) -> bool:
        return (
            path.is_file()
            and path.suffix in {".yml", ".yaml", ".py"}
            and not path.is_relative_to(self.root / READ_AT_START)
        )

    def _drop_old_models(self) -> None:
        newest_first = sorted(
            self.models.glob("clara-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True
        )
        for path in newest_first[KEPT:]:
            path.unlink()
