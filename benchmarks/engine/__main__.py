"""Measures our engine beside stock Rasa in one run; prints the table, draws the picture.

``python -m benchmarks.engine --short`` takes some minutes. ``--tensorflow`` adds Rasa's default
pipeline, in the environment that ``make full`` builds.
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
from benchmarks.engine.playing import Plan

FULL = ".venv-full/bin/python"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--short", action="store_true", help="few turns, for a first impression")
    parser.add_argument("--tensorflow", action="store_true", help=f"with {FULL}, too")
    parser.add_argument("--picture", type=Path, default=Path("results/engine.png"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clara-bench-") as folder:
        environment = {
            "CLARA_DATA_DIR": folder,
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "RASA_CACHE_DIRECTORY": f"{folder}/cache",
            "PYTHONPATH": str(processes.ROOT),
            "PYTHONWARNINGS": "ignore",
        }
        python = sys.executable
        processes.seconds([python, "-m", "bot", "prepare"], environment)
        mine, theirs = _plans(asked.short)
        told = [_tell(sides.ours(mine, environment))]
        config = sides.STOCK / "config.yml"
        told.append(_tell(sides.stock("stock, lean", config, python, theirs, environment)))
        if asked.tensorflow:
            config = sides.STOCK / "tensorflow.yml"
            full = sides.stock("stock, default", config, FULL, theirs, environment)
            told.append(_tell(full))
    sys.stdout.write(report.table(told) + "\n")
    report.picture(told, asked.picture)
    (asked.picture.with_suffix(".json")).write_text(json.dumps([asdict(one) for one in told]))


def _plans(short: bool) -> tuple[Plan, Plan]:
    """For ours and for stock Rasa, whose thousandth turn would take an hour to come to."""
    cores = os.cpu_count() or 1
    if short:
        mine = Plan("", [20, 60, 200], 1, [1, 10 * cores], 200)
        return mine, Plan("", [20, 60], 1, [1, 10 * cores], 100)
    mine = Plan("", [20, 60, 200, 500, 1000], 3, [1, 4, 10, 20], 1000)
    return mine, Plan("", [20, 60, 200], 3, [1, 4, 10, 20], 400)


def _tell(figures: sides.Figures) -> sides.Figures:
    sys.stderr.write(
        f"{figures.name}: trained in {figures.training:.1f} s, "
        f"up in {figures.start:.1f} s with {figures.memory:.0f} MB\n"
    )
    return figures


if __name__ == "__main__":
    main()
