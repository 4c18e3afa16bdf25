"""Examples are read as Rasa reads them, and what is wrong in them is said as Rasa says it."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.examples import read_examples

ROOT = Path(__file__).parents[2]
DATA = sorted((ROOT / "data" / "nlu").glob("*.yml"))

PLAIN = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n'

FILES = {
    "plain": PLAIN + "    - oi\n    - olá 👋\n    - oi\n",
    "an annotated one": PLAIN + '    - [hj]{"entity": "day", "value": "hoje"} em [Belém](town)\n',
    "an unknown line": PLAIN + "    - oi\n    sem traço\n",
    "no examples": 'version: "3.1"\nnlu:\n- intent: greet\n  examples: ""\n',
    "no name": 'version: "3.1"\nnlu:\n- intent: ""\n  examples: |\n    - oi\n',
    "a name that is no text": 'version: "3.1"\nnlu:\n- intent: no\n  examples: |\n    - oi\n',
    "a list": 'version: "3.1"\nnlu:\n- intent: greet\n  examples:\n  - text: oi\n',
    "synonyms": PLAIN + "    - oi\n- synonym: hoje\n  examples: |\n    - hj\n",
    "a pattern": PLAIN + "    - oi\n- regex: cep\n  examples: |\n    - \\d{5}-\\d{3}\n",
    "escapes": 'version: "3.1"\nnlu:\n- intent: greet\n  examples: "- oi \\U0001F44B"\n',
    "an older format": PLAIN.replace("3.1", "3.0") + "    - oi\n",
    "replies": PLAIN + "    - oi\nresponses:\n  utter_x/y:\n  - text: oi\n",
    "a key twice": PLAIN + "    - oi\n  intent: goodbye\n  examples: |\n    - tchau\n",
    "no YAML": "version: '3.1\nnlu: [",
    "another key": PLAIN + "    - oi\n  exemplos: |\n    - olá\n",
    "nothing": "",
}  # fmt: skip


def told(read: object, path: Path) -> tuple[object, list[str]]:
    """What is made of a file, and what is warned of."""
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            found = read(str(path))  # type: ignore[operator]
        except Exception as error:
            return (type(error), str(error)), []
    assert isinstance(found, TrainingData)
    return found.fingerprint(), [
        str(one.message) for one in raised if path.name in str(one.message)
    ]


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)
def test_our_own_files_are_read_as_rasa_reads_them(path: Path) -> None:
    assert told(read_examples, path) == told(load_data, path)


@pytest.mark.parametrize("name", FILES)
def test_any_other_file_too(name: str, tmp_path: Path) -> None:
    path = tmp_path / "nlu.yml"
    path.write_text(FILES[name], encoding="utf-8")
    assert told(read_examples, path) == told(load_data, path)


def test_names_of_the_environment_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOWN", "Belém")
    path = tmp_path / "nlu.yml"
    path.write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: "- oi de ${TOWN}"\n')
    assert told(read_examples, path) == told(load_data, path)
