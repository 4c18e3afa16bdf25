"""When a model has to be trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in ("config.yml", "domain.yml", "data/nlu.yml", "data/replies/a.yml", "bot/nlu/x.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return Project(tmp_path)


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data/nlu.yml", "bot/nlu/x.py"])
def test_a_change_asks_for_training(project: Project, name: str) -> None:
    before = project.model
    (project.root / name).write_text("changed")
    assert project.model != before


@pytest.mark.parametrize("name", ["data/replies/a.yml", "bot/nlu/x.pyc", "README.md"])
def test_what_is_not_in_the_model_does_not(project: Project, name: str) -> None:
    before = project.model
    (project.root / name).write_text("changed")
    assert project.model == before


def test_a_new_name_of_a_file_asks_for_training(project: Project) -> None:
    before = project.model
    (project.root / "data/nlu.yml").rename(project.root / "data/other.yml")
    assert project.model != before


def test_the_trained_model_is_the_present_one(tiny_model: Path, tiny_project: Path) -> None:
    assert Project(tiny_project).model == tiny_model
    assert tiny_model.exists()
