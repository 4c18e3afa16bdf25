"""``make eval``: prints the figures and writes ``results/eval/index.html``."""

from __future__ import annotations

import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from bot.model import Project
from tests.evaluation.figures import (
    ROOT,
    confusions,
    entity_rows,
    outcomes,
    precision_and_recall,
    shares,
    thresholds,
    trained_model,
)

PAGE = ROOT / "results" / "eval" / "index.html"
_CURVE = [step / 20 for step in range(19)]
_WORST = 60


def main() -> None:
    """Read all utterances and all texts of the table of data."""
    found = outcomes(trained_model(Project(ROOT).model))
    limits = thresholds()
    rows = list(entity_rows())
    figures = shares(found, limits)
    exact = sum(row.wanted == row.found for row in rows)
    for name, share in figures.items():
        sys.stdout.write(f"{name:26s}{share:8.1%}" + "\n")
    sys.stdout.write(f"{'data exact':26s}{exact / len(rows):8.1%}  ({exact} of {len(rows)})" + "\n")
    wrong = sorted((one for one in found if not one.is_right), key=lambda one: -one.confidence)
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    text = pages.get_template("report.html").render(
        count=len(found),
        limits=limits,
        figures=figures,
        intents=precision_and_recall(found),
        confusions=confusions(found),
        curve=[(at, shares(found, limits._replace(confidence=at))) for at in _CURVE],
        entities=rows,
        exact=exact,
        worst=wrong[:_WORST],
    )
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(f"\n{PAGE.relative_to(ROOT)}" + "\n")


if __name__ == "__main__":
    main()
