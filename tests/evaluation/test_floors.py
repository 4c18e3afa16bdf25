"""No figure falls below what was reached; ``floors.yml`` is raised by hand, with reason."""

from __future__ import annotations

import pytest
import yaml

from bot.model import Project
from tests.evaluation.figures import (
    FLOORS,
    ROOT,
    entity_rows,
    outcomes,
    shares,
    thresholds,
    trained_model,
)

LIMITS = yaml.safe_load(FLOORS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    project = Project(ROOT)
    model = project.model if project.model.exists() else project.train()
    return shares(outcomes(trained_model(model)), thresholds())


@pytest.mark.parametrize("figure", LIMITS["at least"])
def test_no_figure_falls_below_its_floor(figure: str, measured: dict[str, float]) -> None:
    assert measured[figure] >= LIMITS["at least"][figure]


@pytest.mark.parametrize("figure", LIMITS["at most"])
def test_no_fault_rises_above_its_ceiling(figure: str, measured: dict[str, float]) -> None:
    assert measured[figure] <= LIMITS["at most"][figure]


def test_every_figure_is_bounded(measured: dict[str, float]) -> None:
    assert {*LIMITS["at least"], *LIMITS["at most"]} == set(measured)


def test_the_table_of_data_is_long_and_read_almost_without_fault() -> None:
    rows = list(entity_rows())
    assert len(rows) >= 400
    assert sum(row.wanted == row.found for row in rows) / len(rows) >= 0.99
