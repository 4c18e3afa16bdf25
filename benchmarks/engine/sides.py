"""What is compared: for each side how it is trained, started and played."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import requests

from benchmarks.engine import processes
from benchmarks.engine.playing import Plan
from bot.model import Project

STOCK = Path("benchmarks/engine/stock")


@dataclass
class Figures:
    """What was measured of one side; seconds and MB."""

    name: str
    training: float = 0.0
    training_again: float = 0.0  # nothing has changed but one reply of a rule
    start: float = 0.0
    memory: float = 0.0
    played: dict[str, Any] = field(default_factory=dict)


def ours(plan: Plan, environment: dict[str, str]) -> Figures:
    """Measure our engine."""
    figures = Figures("Clara")
    python, project = sys.executable, Project()
    train = [python, "-m", "bot", "train", "--force"]
    figures.training = processes.seconds(train, environment)
    figures.training_again = processes.seconds(train, environment)
    port = processes.free_port()
    address = f"http://127.0.0.1:{port}/ready"
    with processes.server(
        [python, "-m", "bot", "serve"], {**environment, "CLARA_PORT": str(port)}, address
    ) as (figures.start, process):
        figures.memory = processes.resident_mb(process)
    plan = replace(plan, model=str(project.model))
    player = [python, "-m", "benchmarks.engine.ours", *plan.arguments()]
    figures.played = processes.printed(player, environment)
    return figures


def stock(name: str, config: Path, python: str, plan: Plan, environment: dict[str, str]) -> Figures:
    """Measure stock Rasa with a pipeline, in the environment of a Python."""
    figures = Figures(name)
    folder = Path(environment["CLARA_DATA_DIR"]) / config.stem
    environment = {**environment, "RASA_CACHE_DIRECTORY": str(folder / "cache")}
    train = [
        python, "-m", "rasa", "train", "--config", str(config), "--out", str(folder),
        "--fixed-model-name", "stock", "--force",
    ]  # fmt: skip
    figures.training = processes.seconds(train, environment)
    figures.training_again = processes.seconds(train[:-1], environment)
    model = str(folder / "stock.tar.gz")
    actions = processes.free_port()
    served = [python, "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions), "--quiet"]
    listening = {**environment, "SANIC_HOST": "127.0.0.1"}
    with processes.server(served, listening, f"http://127.0.0.1:{actions}/health"):
        webhook = f"http://127.0.0.1:{actions}/webhook"
        figures.start, figures.memory = _run(python, model, webhook, folder, environment)
        plan = replace(plan, model=model, action_server=webhook)
        player = [python, "-m", "benchmarks.engine.stock_player", *plan.arguments()]
        figures.played = processes.printed(player, environment)
    return figures


def _run(
    python: str, model: str, webhook: str, folder: Path, environment: dict[str, str]
) -> tuple[float, float]:
    """Seconds until ``rasa run`` answers, and MB resident after its first turns."""
    port = processes.free_port()
    endpoints = folder / "endpoints.yml"
    endpoints.write_text(
        f"action_endpoint: {{url: '{webhook}'}}\n"
        "nlg: {type: bot.responses.VariedResponses}\n"
        f"tracker_store: {{type: SQL, db: '{folder}/run.db'}}\n"
    )
    run = [
        python, "-m", "rasa", "run", "--model", model, "--interface", "127.0.0.1",
        "--port", str(port), "--endpoints", str(endpoints),
        "--credentials", str(STOCK / "credentials.yml"),
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with processes.server(run, environment, address) as (start, process):
        said = {"sender": "first", "message": "oi"}
        requests.post(f"{address}/webhooks/rest/webhook", json=said, timeout=60)
        return start, processes.resident_mb(process)
