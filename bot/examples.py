"""Reads examples as Rasa does, without checking twice what is plain at a glance.

Rasa parses each file two times in pure Python, once for a schema of all that a file of training
data may have. Files with nothing but examples of intents fit that schema as they are.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from rasa.shared.constants import LATEST_TRAINING_DATA_FORMAT_VERSION
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_file

_READ_BY_RASA_ONLY = re.compile(r"\\|\$\{")
"""Escapes, and names of environment variables."""
_KEY = re.compile(r"^[ -]*(?:intent|examples):", re.MULTILINE)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_examples(path: str) -> TrainingData:
    """What a file of training data has; raises and warns as Rasa does."""
    blocks = _plain_blocks(read_file(path))
    return load_data(path) if blocks is None else PlainReader().read_blocks(path, blocks)


class PlainReader(RasaYAMLReader):
    """Rasa's reader, for a file that is parsed and needs no check."""

    def read_blocks(self, path: str, blocks: list[dict[str, str]]) -> TrainingData:
        """The examples of the blocks of a file."""
        self.filename = path
        self._parse_nlu(blocks)
        return TrainingData(self.training_examples, self.entity_synonyms)


def _plain_blocks(string: str) -> list[dict[str, str]] | None:
    """The blocks of a file that has a version, examples of intents, and nothing else."""
    if _READ_BY_RASA_ONLY.search(string):
        return None
    try:
        content = yaml.load(string, Loader=_LOADER)  # noqa: S506  a safe one
    except yaml.YAMLError:
        return None
    if not isinstance(content, dict) or content.keys() != {"version", "nlu"}:
        return None
    blocks = content["nlu"]
    is_plain = (
        content["version"] == LATEST_TRAINING_DATA_FORMAT_VERSION
        and isinstance(blocks, list)
        and all(map(_is_intent, blocks))
        # This loader keeps the last of two equal keys; Rasa says what is wrong.
        and len(_KEY.findall(string)) == 2 * len(blocks)
    )
    return blocks if is_plain else None


def _is_intent(block: Any) -> bool:
    return (
        isinstance(block, dict)
        and block.keys() == {"intent", "examples"}
        and all(isinstance(value, str) and value for value in block.values())
    )
