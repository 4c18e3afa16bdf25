"""Measures our engine beside stock Rasa in one run; prints the table, draws the picture.

``python -m benchmarks.engine --short`` takes some minutes. ``--tensorflow`` adds Rasa's default
pipeline, in the environment that ``make full`` builds: with all examples it learns for hours, with
``--examples 60`` for ten or twenty minutes, twice.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.engine import processes, report, sides
from benchmarks.engine.places import ROOT, Place
from benchmarks.engine.playing import Plan

FULL = ROOT / ".venv-full/bin/python"


def main() -> None:
    """Run what the command line asks for."""
    asked = _asked()
    told: list[sides.Figures] = []
    with tempfile.TemporaryDirectory(prefix="clara-bench-") as folder:

        def place(name: str, config: Path) -> Place:
            made = Place.make(Path(folder) / name, config, asked.examples)
            processes.seconds([sys.executable, "-m", "bot", "prepare"], made)
            return made

        def tell(figures: sides.Figures) -> None:
            told.append(figures)
            _tell(figures)
            # At once: the next side may take hours, and fail.
            report.picture(told, clara.examples, asked.picture)
            asked.picture.with_suffix(".json").write_text(json.dumps([asdict(s) for s in told]))

        mine, theirs = _plans(asked.short)
        clara = place("clara", ROOT / "config.yml")
        tell(sides.ours(mine, clara))
        lean = place("lean", sides.STOCK / "config.yml")
        tell(sides.stock("stock, lean", sys.executable, theirs, lean))
        if asked.tensorflow:
            default = place("default", sides.STOCK / "tensorflow.yml")
            tell(sides.stock("stock, default", str(FULL), theirs, default))
    sys.stdout.write(report.table(told, clara.examples, asked.examples) + "\n")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--short", action="store_true", help="few turns, for a first impression")
    parser.add_argument("--tensorflow", action="store_true", help="Rasa's default pipeline, too")
    parser.add_argument(
        "--examples", type=int, metavar="N", help="learn from N examples of each intent, at most"
    )
    parser.add_argument("--picture", type=Path, default=Path("results/engine.png"))
    asked = parser.parse_args()
    if asked.examples is not None and asked.examples < 2:
        parser.error("--examples: nothing can be learned from fewer than 2 of each intent")
    if asked.tensorflow and not FULL.exists():
        parser.error(f"--tensorflow: there is no {FULL}; `make full` builds it")
    return asked


def _plans(short: bool) -> tuple[Plan, Plan]:
    """For ours and for stock Rasa, whose thousandth turn would take an hour to come to."""
    cores = os.cpu_count() or 1
    if short:
        mine = Plan("", [20, 60, 200], 1, [1, 10 * cores], 200)
        return mine, Plan("", [20, 60], 1, [1, 10 * cores], 100)
    mine = Plan("", [20, 60, 200, 500, 1000], 3, [1, 4, 10, 20], 1000)
    return mine, Plan("", [20, 60, 200], 3, [1, 4, 10, 20], 400)


def _tell(figures: sides.Figures) -> None:
    trained = figures.training
    sys.stderr.write(
        f"{figures.name}: trained in {trained.cold:.1f} s, with one example more in "
        f"{trained.one_more:.1f} s, with nothing changed in {trained.unchanged:.1f} s, "
        f"up in {figures.start:.1f} s with {figures.memory:.0f} MB\n"
    )


if __name__ == "__main__":
    main()
