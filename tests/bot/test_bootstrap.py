"""bin/bootstrap finds a Python 3.10 wherever it is kept, and does nothing twice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "cat", "cksum", "dirname", "rm", "ls", "ln", "mkdir")

# Plays uv: writes down what it is asked for, and makes the environment's interpreter.
FAKE_UV = """#!/bin/sh
echo "$@" >> "$UV_CALLS"
case $1 in
    venv) mkdir -p .venv/bin && ln -s "$REAL_PYTHON" .venv/bin/python ;;
    python) [ "$2" = find ] && echo /fetched/by/uv/python3.10 ;;
esac
exit 0
"""
BROKEN_SHIM = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"


@dataclass
class Machine:
    """A machine of which a test decides what is on PATH and what is at home."""

    home: Path
    path: Path
    project: Path
    calls: Path

    def bootstrap(self, profile: str = "run", **environment: str) -> str:
        done = subprocess.run(
            [self.path / "sh", self.project / "bin/bootstrap", profile],
            env={
                "HOME": str(self.home),
                "PATH": str(self.path),
                "UV_CALLS": str(self.calls),
                "REAL_PYTHON": sys.executable,
                **environment,
            },
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stderr

    def put_python(self, where: str) -> Path:
        """A working Python 3.10 at a place at home."""
        python = self.home / where
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        return python

    def put_command(self, name: str, script: str, folder: Path | None = None) -> None:
        command = (folder or self.path) / name
        command.parent.mkdir(parents=True, exist_ok=True)
        command.write_text(script)
        command.chmod(0o755)

    @property
    def uv_calls(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []

    @property
    def chosen_python(self) -> str:
        [call] = [call for call in self.uv_calls if call.startswith("venv")]
        return call.split("--python ")[1].split()[0]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path / "home", tmp_path / "path", tmp_path / "clara", tmp_path / "calls")
    made.home.mkdir()
    made.path.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (made.path / tool).symlink_to(found)
    made.put_command("uv", FAKE_UV)
    shutil.copytree(ROOT / "bin", made.project / "bin")
    shutil.copytree(ROOT / "lean", made.project / "lean")
    (made.project / "requirements").mkdir()
    for profile in ("run", "dev"):
        (made.project / f"requirements/{profile}.lock").write_text(f"{profile}==1\n")
    return made


@pytest.mark.parametrize(
    "where",
    [
        ".pyenv/versions/3.10.13/bin/python3.10",
        ".asdf/installs/python/3.10.14/bin/python3.10",
        ".local/share/mise/installs/python/3.10/bin/python3.10",
        ".local/share/uv/python/cpython-3.10.16-linux-x86_64-gnu/bin/python3.10",
        "miniconda3/envs/old/bin/python3.10",
        "miniforge3/bin/python3.10",
    ],
)
def test_finds_a_python_that_is_not_on_path(machine: Machine, where: str) -> None:
    python = machine.put_python(where)
    machine.bootstrap()
    assert machine.chosen_python == str(python)


def test_is_not_fooled_by_a_shim_with_nothing_behind_it(machine: Machine) -> None:
    python = machine.put_python(".pyenv/versions/3.10.13/bin/python3.10")
    for name in ("python3.10", "python3", "python"):
        machine.put_command(name, BROKEN_SHIM)
    machine.bootstrap()
    assert machine.chosen_python == str(python)


def test_finds_the_versions_beside_a_shim_wherever_pyenv_lives(machine: Machine) -> None:
    python = machine.put_python("elsewhere/pyenv/versions/3.10.9/bin/python3.10")
    shims = machine.home / "elsewhere/pyenv/shims"
    machine.put_command("python3.10", BROKEN_SHIM, shims)
    machine.bootstrap(PATH=f"{shims}:{machine.path}")
    assert machine.chosen_python == str(python)


def test_prefers_the_python_that_it_is_told_of(machine: Machine) -> None:
    machine.put_python(".pyenv/versions/3.10.13/bin/python3.10")
    told = machine.put_python("own/python")
    machine.bootstrap(CLARA_PYTHON=str(told))
    assert machine.chosen_python == str(told)


def test_lets_uv_fetch_one_where_there_is_none(machine: Machine) -> None:
    machine.put_command("python3", "#!/bin/sh\nexit 1\n")  # some other version
    machine.bootstrap()
    assert "python install 3.10" in machine.uv_calls
    assert machine.chosen_python == "/fetched/by/uv/python3.10"


def test_does_nothing_when_nothing_has_changed(machine: Machine) -> None:
    machine.put_python(".pyenv/versions/3.10.13/bin/python3.10")
    assert machine.bootstrap()
    before = machine.uv_calls
    assert machine.bootstrap() == ""
    assert machine.uv_calls == before


@pytest.mark.parametrize("name", ["requirements/run.lock", "lean/rasa_lean.py"])
def test_installs_again_after_a_change_into_the_same_environment(
    machine: Machine, name: str
) -> None:
    machine.put_python(".pyenv/versions/3.10.13/bin/python3.10")
    machine.bootstrap()
    with (machine.project / name).open("a") as file:
        file.write("# changed\n")
    before = len(machine.uv_calls)
    assert machine.bootstrap()
    again = machine.uv_calls[before:]
    assert any("pip install" in call for call in again)
    assert not any(call.startswith("venv") for call in again)


def test_what_tests_need_includes_what_clara_needs(machine: Machine) -> None:
    machine.put_python(".pyenv/versions/3.10.13/bin/python3.10")
    machine.bootstrap("run")
    assert machine.bootstrap("dev")
    assert machine.bootstrap("run") == ""


def test_an_installation_that_failed_is_not_taken_for_done(machine: Machine) -> None:
    machine.put_python(".pyenv/versions/3.10.13/bin/python3.10")
    machine.put_command("uv", FAKE_UV.replace("exit 0", '[ "$1" != pip ]'))
    with pytest.raises(subprocess.CalledProcessError):
        machine.bootstrap()
    machine.put_command("uv", FAKE_UV)
    assert machine.bootstrap()


def test_a_lock_names_no_registry_and_every_file_has_a_hash() -> None:
    for name in ("run", "dev", "full"):
        lock = (ROOT / f"requirements/{name}.lock").read_text()
        assert "://" not in lock
        packages = [line for line in lock.splitlines() if line and line[0] not in " #-"]
        assert all(line.endswith("\\") for line in packages)
