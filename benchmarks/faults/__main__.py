"""Breaks everything and prints what became of every message; ``make bench-faults`` runs it."""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import sys
import time
from contextlib import ExitStack

from benchmarks.faults.scenarios import ALONE, SCALED_OUT, SERVERS, Scenario, Size, play
from tests.bot.delivery.chaos import Verdict
from tests.servers.disk import MountingForbidden
from tests.servers.postgres import run_postgres
from tests.servers.rabbitmq import run_rabbitmq

SHAPES = {"one-process": ALONE, "scaled-out": SCALED_OUT}
HEADINGS = (
    "fault", "times", "accepted", "answered", "lost", "out of order", "doubled",
    "of these undecidable", "unsound", "s",
)  # fmt: skip


def main() -> None:
    """See ``--help``. Exits with 1 if anything was lost, out of order or doubled by our doing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--only", default="", help="faults whose name contains this")
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--messages", type=int, default=12, help="of each conversation")
    parser.add_argument("--faults", type=int, default=20, help="of each kind, at random points")
    parser.add_argument("--seed", type=int, help="of what is broken when; a new one by default")
    asked = parser.parse_args()
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    size = Size(asked.conversations, asked.messages, asked.faults)
    _tell(f"{size.conversations} conversations of {size.messages} messages, seed {seed}")
    whole = [_break(shape, asked.only, size, seed) for shape in asked.shapes]
    sys.exit(0 if all(whole) else 1)


def _break(shape: str, only: str, size: Size, seed: int) -> bool:
    _tell(f"\n### {shape}\n\n| " + " | ".join(HEADINGS) + " |\n|---|" + "---:|" * 9)
    verdicts: dict[str, Verdict] = {}
    with ExitStack() as stack:
        servers = None
        if shape == "scaled-out":
            servers = stack.enter_context(run_postgres()), stack.enter_context(run_rabbitmq())
        for scenario in SHAPES[shape]:
            if only in scenario.title:
                verdict = _play(scenario, size, servers, random.Random(f"{seed} {scenario.title}"))
                if verdict:
                    verdicts[scenario.title] = verdict
    _tell("")
    for title, verdict in verdicts.items():
        _name(title, verdict)
    return all(verdict.is_whole for verdict in verdicts.values())


def _play(
    scenario: Scenario, size: Size, servers: SERVERS | None, chance: random.Random
) -> Verdict | None:
    begun = time.monotonic()
    try:
        verdict, times = asyncio.run(play(scenario, size, servers, chance))
    except MountingForbidden as error:
        _tell(f"| {scenario.title} | not played: {error} |" + " |" * 8)
        return None
    figures = (
        times, verdict.accepted, verdict.answered, len(verdict.lost), verdict.out_of_order,
        len(verdict.doubled), len(verdict.undecidable), len(verdict.unsound),
        round(time.monotonic() - begun),
    )  # fmt: skip
    _tell(f"| {scenario.title} | " + " | ".join(f"{one:,}" for one in figures) + " |")
    return verdict


def _name(title: str, verdict: Verdict) -> None:
    """Say which messages it was."""
    named = {
        "lost": verdict.lost,
        "undecidable (the provider knows no key of ours, and tells nothing later)": (
            verdict.undecidable
        ),
        "doubled by us": [one for one in verdict.doubled if one not in verdict.undecidable],
        "unsound": verdict.unsound,
    }
    for what, messages in named.items():
        if messages:
            shown = ", ".join(messages[:12]) + (", …" if len(messages) > 12 else "")
            _tell(f"{title}: {what}: {shown}")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
