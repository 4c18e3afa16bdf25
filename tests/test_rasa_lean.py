"""The stand-ins for packages that Clara leaves out."""

from __future__ import annotations

import importlib
import importlib.machinery
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rasa_lean


@pytest.fixture
def _forgotten() -> Iterator[None]:
    """The test imports anew what others have imported, and leaves no import behind."""
    before = dict(sys.modules)
    for name in before:
        if name.partition(".")[0] in rasa_lean.ABSENT:
            del sys.modules[name]
    yield
    sys.modules.clear()
    sys.modules.update(before)


pytestmark = pytest.mark.usefixtures("_forgotten")


@pytest.fixture(autouse=True)
def _without_tensorflow(request: pytest.FixtureRequest) -> None:
    if importlib.machinery.PathFinder.find_spec("tensorflow"):
        pytest.skip("TensorFlow is installed: there is nothing to stand in for")


def test_using_a_placeholder_says_how_to_get_the_real_thing() -> None:
    tensorflow = importlib.import_module("tensorflow")
    with pytest.raises(ImportError, match=r"tensorflow\.keras.Model is not installed.*make full"):
        tensorflow.keras.Model()


def test_a_placeholder_can_be_imported_from_subclassed_and_annotated_with() -> None:
    layers = importlib.import_module("tensorflow.keras.layers")

    class Dense(layers.Dense):
        unit: layers.Layer.Unit

    with pytest.raises(ImportError):
        Dense()


def test_an_installed_package_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "twilio.py").write_text("version = 'real'")
    monkeypatch.syspath_prepend(tmp_path)
    assert importlib.import_module("twilio").version == "real"


def test_a_broken_installed_package_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "twilio.py").write_text("import no_such_module_at_all")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_at_all"):
        importlib.import_module("twilio")


def test_an_installed_package_hears_which_of_its_parts_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "twilio").mkdir()
    (tmp_path / "twilio" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match=r"twilio\.speedups"):
        importlib.import_module("twilio.speedups")


@pytest.mark.parametrize("name", ["tensorflow_text_2", "no_such_module", "tensorflowx"])
def test_other_names_stay_absent(name: str) -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(name)


def test_the_finder_stands_last_and_once() -> None:
    rasa_lean.install()
    finders = [one for one in sys.meta_path if isinstance(one, rasa_lean.AbsentPackageFinder)]
    assert len(finders) == 1


def test_a_server_does_without_what_it_never_calls() -> None:
    code = (
        "import sys, rasa_lean; rasa_lean.leave_out(rasa_lean.NOT_SERVED)\n"
        "import bot.engine, sklearn.svm\n"
        "sklearn.svm.LinearSVC()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "ImportError: sklearn.svm.LinearSVC is not installed, or a server leaves it" in (
        done.stderr
    )


def test_rasa_and_its_command_import() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rasa", "--version"], capture_output=True, text=True, check=True
    )
    assert "3.6.21" in done.stdout
