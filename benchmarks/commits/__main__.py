"""``python -m benchmarks.commits``: accepting and answering, without channels and engine.

SQLite in WAL mode waits for the disk at every commit (``synchronous=FULL``), or only now and then
(``NORMAL``); Clara has it wait when a message is accepted. ``--folder`` chooses the disk: one in
memory would tell nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

import records
from benchmarks.delivery.figures import at
from bot.delivery.answers import Answers, Reply
from bot.delivery.inbox import Accepted, Inbox
from bot.rendering import Rendered
from channels.assistant import IncomingMessage, Sender
from channels.message import OutgoingMessage
from records.unit_of_work import UnitOfWork

AT_ONCE = 32
ANSWER = Reply(Rendered((OutgoingMessage(text="Sua conta vence no dia 22. " * 8),)))
LEVELS = {"never": "NORMAL", "when it accepts": None, "at every commit": "FULL"}
HEADINGS = (
    "SQLite waits for the disk", "accepted p50 / p99 ms", "answered p50 / p99 ms",
    f"accepted/s, {AT_ONCE} at once",
)  # fmt: skip


def main() -> None:
    """See ``--help``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.commits")
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument(
        "--rounds", type=int, default=10, help="of each, in turns; the quietest is told"
    )
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="on the disk to measure")
    asked = parser.parse_args()
    rounds: dict[str, list[Costs]] = {waits: [] for waits in LEVELS}
    for _ in range(asked.rounds):
        for waits in LEVELS:
            with _sqlite(asked.folder, waits) as engine:
                rounds[waits].append(_measure(engine, asked.messages))
    sys.stdout.write("| " + " | ".join(HEADINGS) + " |\n|---|" + "---:|" * 3 + "\n")
    for waits, costs in rounds.items():
        quietest = min(costs, key=lambda one: at(one.accepting, 50))
        sys.stdout.write(f"| {waits} | " + " | ".join(quietest.row()) + " |\n")


@dataclass(frozen=True)
class Costs:
    """Of one round, in milliseconds."""

    accepting: list[float]
    answering: list[float]
    per_second: float

    def row(self) -> list[str]:
        """What the table shows."""
        both = self.accepting, self.answering
        return [
            *(f"{at(one, 50):,.1f} / {at(one, 99):,.1f}" for one in both),
            f"{self.per_second:,.0f}",
        ]


def _setting(level: str | None) -> Callable[..., tuple[str, Any]]:
    """Has every transaction wait for the disk, or none; ``None`` leaves it to Clara."""

    def replace(_: object, __: object, statement: str, values: Any, *___: object) -> Any:
        if level and statement.startswith("PRAGMA synchronous="):
            statement = f"PRAGMA synchronous={level}"
        return statement, values

    return replace


@contextmanager
def _sqlite(folder: Path, waits: str) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix=".clara-bench-", dir=folder) as home:
        engine = records.connect(f"sqlite:///{home}/records.db")
        event.listen(engine, "before_cursor_execute", _setting(LEVELS[waits]), retval=True)
        records.migrate(engine)
        yield engine
        engine.dispose()


def _measure(engine: Engine, messages: int) -> Costs:
    inbox, answers = Inbox(engine, "s" * 32), Answers(engine)
    accepted: list[Accepted] = []

    def accept(number: int) -> None:
        stored = inbox.accept(_message(f"c{number % 100}", f"m{number}"))
        assert stored
        accepted.append(stored)

    def answer(number: int) -> None:
        one = accepted[number]
        answers.store(one.conversation, one.inbound, ANSWER, UnitOfWork("k"))

    accepting, answering = _timed(accept, messages), _timed(answer, messages)
    begun = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(accept, range(messages, 2 * messages)))
    per_second = messages / (time.perf_counter() - begun)
    return Costs(accepting, answering, per_second)


def _timed(work: Callable[[int], None], times: int) -> list[float]:
    """Milliseconds of each."""
    spent = []
    for number in range(times):
        begun = time.perf_counter()
        work(number)
        spent.append(1_000 * (time.perf_counter() - begun))
    return spent


def _message(sender: str, id_: str) -> IncomingMessage:
    at_ = datetime.now(timezone.utc)
    return IncomingMessage(Sender("bench", "1", sender), id_, at_, text="quero a segunda via")


if __name__ == "__main__":
    main()
