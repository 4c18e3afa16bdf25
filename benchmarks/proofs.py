"""How long a right proof of identity takes beside a wrong one and one of an unknown CPF.

    python -m benchmarks.proofs [--rounds 300]

What may not differ is a wrong birth date from a CPF that nobody has: who could tell them apart
could find out whose CPF is a customer's. The three are tried in turn, in another order each
round, on the demo distributor in SQLite; nobody is tried often enough to be locked.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import records
from attendance.proofs import Kind, Proofs
from billing.database import DatabaseGateway, migrate, open_engine
from billing.demo.fill import demo_customers, fill
from billing.identifiers import Cpf

SEED = 20261129


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proofs", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    with TemporaryDirectory() as folder:
        measured = measure(Path(folder), rounds)
    sys.stdout.write("| proof | p50 ms | p95 ms |\n|---|---:|---:|\n")
    for name, seconds in measured.items():
        p95 = quantiles(seconds, n=20)[-1]
        sys.stdout.write(f"| {name} | {median(seconds) * 1000:.2f} | {p95 * 1000:.2f} |\n")


def measure(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of every attempt, by kind."""
    url = f"sqlite:///{folder}/billing.db"
    migrate(url)
    fill(open_engine(url), date.today())
    record_engine = records.connect(f"sqlite:///{folder}/records.db")
    records.migrate(record_engine)
    gateway, proofs = DatabaseGateway(open_engine(url)), Proofs(record_engine, "x" * 32)
    people = [one for one in demo_customers() if one.birth_date]
    chance = random.Random(SEED)
    measured: dict[str, list[float]] = {"right": [], "wrong birth date": [], "unknown CPF": []}
    for number in range(rounds):
        person = people[number % len(people)]
        born, document = person.birth_date or date.min, Cpf(person.holder.document)
        stranger = Cpf.with_check_digits(f"{900_000_000 + number}")
        tried = {
            "right": (document, born),
            "wrong birth date": (document, born + timedelta(days=1)),
            "unknown CPF": (stranger, born),
        }
        for name in chance.sample(list(tried), len(tried)):
            measured[name].append(_seconds(proofs, gateway, *tried[name]))
    return measured


def _seconds(proofs: Proofs, gateway: DatabaseGateway, cpf: Cpf, born: date) -> float:
    def verify() -> object | None:
        return gateway.holder_by_person(cpf, born)

    return _timed(
        lambda: proofs.check(
            Kind.HOLDER,
            conversation_id=uuid.uuid4().hex,
            subject=cpf.digits,
            address=None,
            verify=verify,
        )
    )


def _timed(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
