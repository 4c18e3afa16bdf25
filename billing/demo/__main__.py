"""Fill a billing database with the demo distributor and print whom to try Clara with."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, timedelta, timezone

from billing.database import migrate, open_engine
from billing.demo import ShowcaseCustomer, fill, showcase

_BELEM = timezone(timedelta(hours=-3))  # Pará has no summer time


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m billing.demo", description=__doc__)
    parser.add_argument(
        "--database-url", required=True, help="e.g. sqlite:///billing.db; postgresql://…"
    )
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        default=datetime.now(_BELEM).date(),
        help="day of the demo, YYYY-MM-DD (default: today in Belém)",
    )
    arguments = parser.parse_args()
    migrate(arguments.database_url)
    fill(open_engine(arguments.database_url), arguments.today)
    texts = (_text(customer) for customer in showcase(arguments.today))
    sys.stdout.write("\n\n".join(texts) + "\n")


def _text(customer: ShowcaseCustomer) -> str:
    """Return a customer in three lines of Portuguese."""
    identity = [f"CPF {customer.document}" if customer.birth_date else f"CNPJ {customer.document}"]
    if customer.birth_date:
        identity.append(f"nascimento {customer.birth_date:%d/%m/%Y}")
    identity.append(f"conta contrato {customer.customer_code}")
    if customer.uc:
        identity.append(f"UC {customer.uc}")
    owed = ", ".join(
        f"R$ {_reais(cents)} (vencimento {due_on:%d/%m/%Y})"
        for due_on, cents in customer.open_bills
    )
    return (
        f"{customer.name}: {customer.description}\n"
        f"  {' · '.join(identity)}\n"
        f"  Em aberto: {owed or 'nada'}"
    )


def _reais(cents: int) -> str:
    """Return an amount as Brazilians write it, e.g. 1.234,56."""
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"


if __name__ == "__main__":
    main()
