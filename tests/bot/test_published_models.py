"""Models go into service and back, on every engine that shares the records."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import Engine as Records

from bot.answering import Turn
from bot.engine import Engine
from bot.model_follower import ModelFollower
from bot.published_models import KEPT, PublishedModels, UnknownModel
from tests.projects import copy_project, train_copy


class Time:
    """Every look at it is a minute later."""

    def __init__(self) -> None:
        self._at = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        self._at += timedelta(minutes=1)
        return self._at


@pytest.fixture
def models(records: Records) -> PublishedModels:
    return PublishedModels(records, Time())


def model(folder: Path, name: str) -> Path:
    path = folder / f"{name}.tar.gz"
    path.write_bytes(name.encode())
    return path


def test_a_new_model_is_in_service(models: PublishedModels, tmp_path: Path) -> None:
    assert models.in_service() is None
    assert models.publish(model(tmp_path, "a"))
    assert models.publish(model(tmp_path, "b"))
    assert models.in_service() == "b"
    assert [(one.name, one.in_service) for one in models.all()] == [("b", True), ("a", False)]


def test_what_was_taken_out_of_service_stays_out(models: PublishedModels, tmp_path: Path) -> None:
    for name in "ab":
        models.publish(model(tmp_path, name))
    assert models.go_back() == "a"
    assert not models.publish(model(tmp_path, "b"))
    assert models.in_service() == "a"
    assert models.go_back("b") == "b"
    assert models.in_service() == "b"


@pytest.mark.parametrize("name", [None, "nothing"])
def test_there_may_be_nothing_to_go_back_to(
    models: PublishedModels, tmp_path: Path, name: str | None
) -> None:
    models.publish(model(tmp_path, "a"))
    with pytest.raises(UnknownModel):
        models.go_back(name)
    assert models.in_service() == "a"


def test_a_machine_without_the_file_gets_it(models: PublishedModels, tmp_path: Path) -> None:
    models.publish(model(tmp_path, "a"))
    path = models.file("a", tmp_path / "elsewhere")
    assert path.read_bytes() == b"a"
    with pytest.raises(UnknownModel):
        models.file("b", tmp_path)


def test_a_file_is_written_only_where_no_folder_has_it(
    models: PublishedModels, tmp_path: Path
) -> None:
    trained, fetched = tmp_path / "trained", tmp_path / "fetched"
    trained.mkdir()
    models.publish(model(trained, "a"))
    assert models.file("a", trained, fetched) == trained / "a.tar.gz"
    assert not fetched.exists()
    models.publish(model(tmp_path, "b"))
    assert models.file("b", trained, fetched) == fetched / "b.tar.gz"
    assert [path.name for path in trained.iterdir()] == ["a.tar.gz"]


def test_the_newest_are_kept_and_the_one_in_service(
    models: PublishedModels, tmp_path: Path
) -> None:
    for name in "abcdefgh":
        models.publish(model(tmp_path, name))
    assert [one.name for one in models.all()] == list("hgfedcba"[:KEPT])


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny assistant, grown less talkative: another greeting."""
    root = copy_project(Path(__file__).parent / "tiny", tmp_path_factory.mktemp("other"))
    domain = root / "domain.yml"
    text = domain.read_text()
    start, end = text.index('    - text: "Oi!"'), text.index("  utter_ask_size:")
    domain.write_text(text[:start] + '    - text: "Salve!"\n' + text[end:])
    return train_copy(root, tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="session")
def formless_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny assistant without its form."""
    root = copy_project(Path(__file__).parent / "tiny", tmp_path_factory.mktemp("formless"))
    domain = yaml.safe_load((root / "domain.yml").read_text())
    del domain["forms"]
    domain["actions"].remove("validate_order_form")
    domain["slots"]["size"]["mappings"] = [{"type": "custom"}]
    (root / "domain.yml").write_text(yaml.safe_dump(domain))
    rules = yaml.safe_load((root / "data/rules.yml").read_text())
    rules["rules"] = [rule for rule in rules["rules"] if "order" not in rule["rule"]]
    (root / "data/rules.yml").write_text(yaml.safe_dump(rules))
    return train_copy(root, tmp_path_factory.mktemp("trained"))


async def say(engine: Engine, records: Records, text: str, conversation: str = "one") -> list[str]:
    answer = await engine.turn(Turn(conversation, "webchat", text, text))
    with records.begin() as connection:
        answer.state.store(connection)
    answer.state.keep()
    return [said["text"] for said in answer.said]


@pytest.fixture
def follower(engine: Engine, models: PublishedModels, tmp_path: Path) -> ModelFollower:
    return ModelFollower(engine, models, tmp_path / "models")


async def test_a_published_model_answers_without_a_restart_and_back(
    engine: Engine,
    follower: ModelFollower,
    models: PublishedModels,
    records: Records,
    tiny_model: Path,
    other_model: Path,
) -> None:
    models.publish(tiny_model)
    await follower.look()
    assert await say(engine, records, "oi") != ["Salve!"]
    models.publish(other_model)
    await follower.look()
    assert await say(engine, records, "oi") == ["Salve!"]
    models.go_back()
    await follower.look()
    assert await say(engine, records, "oi") != ["Salve!"]


async def test_a_conversation_goes_on_over_the_change(
    engine: Engine, follower: ModelFollower, models: PublishedModels, records: Records,
    other_model: Path,
) -> None:  # fmt: skip
    assert await say(engine, records, "quero pedir") == ["Que tamanho?"]
    models.publish(other_model)
    await follower.look()
    assert await say(engine, records, "grande") == ["Pedido: grande."]


async def test_turns_during_the_change_are_answered(
    engine: Engine, follower: ModelFollower, models: PublishedModels, records: Records,
    other_model: Path,
) -> None:  # fmt: skip
    models.publish(other_model)
    change = asyncio.create_task(follower.look())
    answered = 0
    while not change.done():
        assert await say(engine, records, "oi", f"conversation {answered}")
        answered += 1
    assert answered > 1
    assert await say(engine, records, "oi") == ["Salve!"]


async def test_a_form_that_the_new_model_does_not_have_is_left(
    engine: Engine, records: Records, tmp_path: Path, tiny_model: Path,
    follower: ModelFollower, models: PublishedModels, formless_model: Path,
) -> None:  # fmt: skip
    assert await say(engine, records, "quero pedir") == ["Que tamanho?"]
    models.publish(formless_model)
    await follower.look()
    assert await say(engine, records, "menu") == ["Menu de tudo:"]


async def test_a_model_that_does_not_fit_the_code_is_refused(
    engine: Engine, follower: ModelFollower, models: PublishedModels, records: Records,
    tmp_path: Path, tiny_model: Path,
) -> None:  # fmt: skip
    broken = shutil.copy(tiny_model, tmp_path / "broken.tar.gz")
    Path(broken).write_bytes(b"no archive")
    models.publish(Path(broken))
    before = engine.model
    await follower.look()
    assert engine.model == before
    assert await say(engine, records, "oi")
