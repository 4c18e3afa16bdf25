"""A place for each side: a copy of what the project's designer writes, to train and run in.

No side touches the checkout, nor finds what another has learned or stored.
"""

from __future__ import annotations

import hashlib
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

CONTENTS = ("config.yml", "domain.yml", "domain", "data", "endpoints.yml", "credentials.yml")
"""What is copied; what is absent does not count."""

EXAMPLE = "    - "
"""How a line of an example begins."""

ONE_MORE = (
    Path("data/nlu/pix.yml"),
    "será que minha nora consegue pagar essa luz pelo pix do celular dela",
)
"""A file that ends with an example, and another one for it."""


@dataclass(frozen=True)
class Place:
    """A folder with a project that is trained and run there."""

    folder: Path
    examples: int

    @classmethod
    def make(cls, folder: Path, config: Path, most: int | None) -> Place:
        """A copy of the contents, with its own ``config.yml`` and so many examples per intent."""
        folder.mkdir()
        for name in CONTENTS:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name)
            elif (ROOT / name).exists():
                shutil.copy(ROOT / name, folder / name)
        shutil.copy(ROOT / config, folder / "config.yml")
        return cls(folder, sum(_thin(path, most) for path in folder.glob("data/nlu/*.yml")))

    @property
    def environment(self) -> dict[str, str]:
        """For the commands that run here, with the code of the checkout."""
        return {
            "CLARA_DATA_DIR": str(self.folder / "var"),
            "RASA_CACHE_DIRECTORY": str(self.folder / ".rasa/cache"),
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
        }

    @property
    def model(self) -> Path | None:
        """The newest one, if there is any."""
        models = self.folder.glob("models/*.tar.gz")
        return max(models, key=lambda path: path.stat().st_mtime, default=None)

    def learned(self) -> dict[str, str]:
        """Digests of what the newest model's classifier of intents consists of."""
        if self.model is None:
            return {}
        with tarfile.open(self.model) as archive:
            return {
                member.name: hashlib.sha256(file.read()).hexdigest()
                for member in archive
                if "Classifier" in member.name and (file := archive.extractfile(member))
            }

    def add_example(self) -> None:
        """Write one example more, as a designer would."""
        path, text = self.folder / ONE_MORE[0], ONE_MORE[1]
        written = path.read_text(encoding="utf-8").rstrip("\n")
        if text in written or not written.splitlines()[-1].startswith(EXAMPLE):
            raise ValueError(f"{path} has the example already, or does not end with one")
        path.write_text(f"{written}\n{EXAMPLE}{text}\n", encoding="utf-8")


def _thin(path: Path, most: int | None) -> int:
    """Leave so many examples of each intent in a file; returns how many there are then."""
    kept: list[str] = []
    block: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(EXAMPLE):
            block.append(line)
        elif line.strip():
            kept += [*_spread(block, most), line]
            block = []
    kept += _spread(block, most)
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return sum(line.startswith(EXAMPLE) for line in kept)


def _spread(lines: list[str], most: int | None) -> list[str]:
    """As many, evenly spread: neighbours are by one writer and much alike."""
    if most is None or len(lines) <= most:
        return lines
    return [lines[at * len(lines) // most] for at in range(most)]
