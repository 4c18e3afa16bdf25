"""Trains a model in this process: only what has changed, with what a person waits for in sight.

Rasa's graph trainer does the work, with its cache: the understanding is not learnt anew because
a rule has changed, nor the rules because of an example. What Rasa's command does before that is
left out: it reads and merges thousands of examples five times over.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import cached_property, reduce
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.engine.caching import LocalTrainingCache
from rasa.engine.recipes.recipe import Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.training.components import PrecomputedValueProvider
from rasa.engine.training.graph_trainer import GraphTrainer
from rasa.engine.validation import validate
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.data import TrainingType
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.examples import read_examples
from bot.runner import OrderedRunner

Progress = Callable[[int, int, str], None]
"""Told before each step: how many are done, of how many, and what comes now."""


class ProjectImporter(RasaFileImporter):
    """Rasa's file importer, reading every file once."""

    @cached_property
    def domain(self) -> Domain:
        """The domain's file or files."""
        return super().get_domain()

    @cached_property
    def stories(self) -> StoryGraph:
        """All stories and rules of all files."""
        return super().get_stories()

    @cached_property
    def nlu(self) -> TrainingData:
        """All examples of all files."""
        parts = [read_examples(path) for path in self._nlu_files]
        whole = TrainingData(
            [],
            reduce(lambda all_, part: {**all_, **part.entity_synonyms}, parts, {}),
            list(chain.from_iterable(part.regex_features for part in parts)),
            list(chain.from_iterable(part.lookup_tables for part in parts)),
            reduce(lambda all_, part: {**all_, **part.responses}, parts, {}),
        )
        whole.training_examples = _each_once(
            [one for part in parts for one in part.training_examples]
        )
        return whole

    def get_domain(self) -> Domain:
        """A domain that components may change; see the parent class."""
        return deepcopy(self.domain)

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """The stories; see the parent class."""
        return self.stories

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The examples; see the parent class."""
        return self.nlu

    @property
    def needs_more(self) -> bool:
        """Whether there is what only Rasa's own wrappers of importers put together."""
        return bool(self.nlu.retrieval_intents or self.nlu.responses) or any(
            getattr(event, "text", None)
            for step in self.stories.story_steps
            for event in step.events
        )


def _each_once(examples: Sequence[Message]) -> list[Message]:
    """As Rasa drops what is written twice; telling messages apart by their texts is quicker."""
    often = Counter(one.get(TEXT) for one in examples)
    repeated = dict.fromkeys(one for one in examples if often[one.get(TEXT)] > 1)
    return [*(one for one in examples if often[one.get(TEXT)] == 1), *repeated]


def train(config: Path, domain: Path, data: Path, model: Path, tell: Progress) -> None:
    """Write the model that belongs to these files; raises what Rasa raises about them."""
    paths = {"config_file": str(config), "domain_path": str(domain)}
    importer: TrainingDataImporter = ProjectImporter(**paths, training_data_paths=[str(data)])
    if importer.needs_more:
        importer = TrainingDataImporter.load_from_config(
            str(config), str(domain), training_data_paths=[str(data)]
        )
    settings = importer.get_config()
    recipe = Recipe.recipe_for_name(settings.get("recipe"))
    settings, _, _ = recipe.auto_configure(str(config), settings, TrainingType.BOTH)
    graph = recipe.graph_config_for_recipe(settings, {}, training_type=TrainingType.BOTH)
    validate(graph)

    class TellingRunner(OrderedRunner):
        """Says which step comes next, of those that have anything to do."""

        def _run_node(self, name: str, inputs: list[tuple[str, Any]]) -> tuple[str, Any]:
            trained = [
                one for one, node in self._graph_schema.nodes.items()
                if node.is_target and node.uses is not PrecomputedValueProvider
            ]  # fmt: skip
            if name in trained:
                tell(trained.index(name), len(trained), name)
            return super()._run_node(name, inputs)

    with TemporaryDirectory() as folder:
        storage = LocalModelStorage(Path(folder))
        GraphTrainer(storage, LocalTrainingCache(), TellingRunner).train(graph, importer, model)


STEPS = {
    "Classifier": "aprendendo o que as pessoas querem",
    "Policy": "aprendendo as regras",
}


def tell_in_terminal(done: int, total: int, name: str) -> None:
    """A line that grows, for whoever waits; nothing where nobody looks."""
    if sys.stderr.isatty():
        told = next((step for part, step in STEPS.items() if part in name), "preparando")
        bar = ("█" * done).ljust(total, "░")
        sys.stderr.write(f"\r\x1b[K  {bar}  {told}…")
        sys.stderr.flush()


def end_of_line() -> None:
    """Ends what ``tell_in_terminal`` has begun."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
