"""What the operator reads in the terminal, in Portuguese."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from billing.demo import ShowcaseCustomer
from bot.published_models import Published


def tell(line: str = "") -> None:
    """Print one line at once, even into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def tell_ready(url: str, customers: Sequence[ShowcaseCustomer]) -> None:
    """Say where the web chat is: last, where it stays in sight."""
    if customers:
        tell_customers(customers)
    tell()
    tell(f"  Clara está no ar: {url}")
    tell("  Para encerrar: Ctrl+C")


def tell_models(models: Sequence[Published]) -> None:
    """List the published models, the newest first."""
    if not models:
        tell("Nenhum modelo publicado: o primeiro é publicado quando a Clara começa a atender.")
    for model in models:
        at = model.at.astimezone().strftime("%d/%m/%Y %H:%M")
        tell(f"  {model.name}  publicado em {at}{'  ← em serviço' if model.in_service else ''}")


def tell_customers(customers: Sequence[ShowcaseCustomer]) -> None:
    """List the demo customers to try, with what to identify with."""
    tell()
    tell("  Clientes de demonstração (todos inventados):")
    for customer in customers:
        tell()
        tell(f"  • {customer.name}: {customer.description}")
        tell(f"    {_identification(customer)}")


def _identification(customer: ShowcaseCustomer) -> str:
    kind = "CPF" if customer.birth_date else "CNPJ"
    parts = [f"{kind} {customer.document}"]
    if customer.birth_date:
        parts.append(f"nascimento {customer.birth_date:%d/%m/%Y}")
    parts.append(f"código único {customer.customer_code}")
    if customer.uc:
        parts.append(f"UC {customer.uc}")
    return " · ".join(parts)
