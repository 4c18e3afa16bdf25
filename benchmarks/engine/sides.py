"""What is compared: for each side how it is trained, started and played."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import Any

import requests

from benchmarks.engine import processes
from benchmarks.engine.places import ROOT, Place
from benchmarks.engine.playing import Plan

STOCK = ROOT / "benchmarks/engine/stock"


@dataclass(frozen=True)
class Training:
    """Seconds that a designer waits for."""

    cold: float
    one_more: float  # example, and the training before it is remembered
    unchanged: float


@dataclass
class Figures:
    """What was measured of one side; seconds and MB."""

    name: str
    training: Training
    start: float = 0.0
    memory: float = 0.0
    played: dict[str, Any] = field(default_factory=dict)


def ours(plan: Plan, place: Place) -> Figures:
    """Measure our engine."""
    python = sys.executable
    figures = Figures("Clara", _train([python, "-m", "bot", "train"], place))
    port = processes.free_port()
    serve = [python, "-m", "bot", "serve"]
    ready = f"http://127.0.0.1:{port}/ready"
    with processes.server(serve, place, ready, CLARA_PORT=str(port)) as (figures.start, process):
        figures.memory = processes.resident_mb(process)
    plan = replace(plan, model=str(place.model))
    player = [python, "-m", "benchmarks.engine.ours", *plan.arguments()]
    figures.played = processes.printed(player, place)
    return figures


def stock(name: str, python: str, plan: Plan, place: Place) -> Figures:
    """Measure stock Rasa in the environment of a Python."""
    figures = Figures(name, _train([python, "-m", "rasa", "train"], place))
    port = processes.free_port()
    served = [python, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port), "--quiet"]
    health = f"http://127.0.0.1:{port}/health"
    with processes.server(served, place, health, SANIC_HOST="127.0.0.1"):
        webhook = f"http://127.0.0.1:{port}/webhook"
        figures.start, figures.memory = _run(python, webhook, place)
        plan = replace(plan, model=str(place.model), action_server=webhook)
        player = [python, "-m", "benchmarks.engine.stock_player", *plan.arguments()]
        figures.played = processes.printed(player, place)
    return figures


def _train(command: list[str], place: Place) -> Training:
    cold = _timed(command, place, learns=True)
    place.add_example()
    one_more = _timed(command, place, learns=True)
    return Training(cold, one_more, unchanged=_timed(command, place, learns=False))


def _timed(command: list[str], place: Place, learns: bool) -> float:
    """Seconds; raises if intents were learned although nothing has changed, or the reverse."""
    before = place.learned()
    taken = processes.seconds(command, place)
    if (place.learned() != before) != learns:
        raise RuntimeError(f"{' '.join(command)} {'did not learn' if learns else 'learned'}")
    return taken


def _run(python: str, webhook: str, place: Place) -> tuple[float, float]:
    """Seconds until ``rasa run`` answers, and MB resident after its first turn."""
    port = processes.free_port()
    endpoints = place.folder / "stock-endpoints.yml"
    endpoints.write_text(
        f"action_endpoint: {{url: '{webhook}'}}\n"
        "nlg: {type: bot.responses.VariedResponses}\n"
        f"tracker_store: {{type: SQL, db: '{place.folder}/run.db'}}\n"
    )
    run = [
        python, "-m", "rasa", "run", "--model", str(place.model), "--interface", "127.0.0.1",
        "--port", str(port), "--endpoints", str(endpoints),
        "--credentials", str(STOCK / "credentials.yml"),
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with processes.server(run, place, address) as (start, process):
        said = {"sender": "first", "message": "oi"}
        requests.post(f"{address}/webhooks/rest/webhook", json=said, timeout=60)
        return start, processes.resident_mb(process)
