"""``python -m bot parked``: what got stuck, for whoever keeps Clara running."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone

from sqlalchemy.engine import Engine

from attendance.clock import LOCAL
from bot.console import tell
from bot.delivery import parked
from bot.delivery.parked import Item, NothingParked
from bot.records_command import on_records
from settings import Settings

LIST, SHOW, RETRY, DROP = "list", "show", "retry", "drop"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked for."""
    actions = parser.add_subparsers(
        title="o que fazer", metavar="ação", dest="action", required=True
    )
    actions.add_parser(LIST, help="lista o que ficou parado, do mais antigo ao mais novo")
    for name, told in (
        (SHOW, "mostra um item, com o texto mascarado"),
        (RETRY, "tenta de novo, em segundos, por quem estiver atendendo"),
        (DROP, "descarta: não será tentado de novo"),
    ):
        actions.add_parser(name, help=told).add_argument("id", help="como a lista mostra")


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Do it; returns the process's exit code."""
    return on_records(settings, lambda engine: _do(engine, asked))


def _do(engine: Engine, asked: argparse.Namespace) -> int:
    try:
        if asked.action == LIST:
            _list(parked.listed(engine))
        elif asked.action == SHOW:
            _show(parked.found(engine, asked.id))
        elif asked.action == RETRY:
            parked.retry(engine, asked.id, lambda: datetime.now(timezone.utc))
            tell(f"{asked.id} será tentado de novo em alguns segundos.")
        else:
            parked.drop(engine, asked.id)
            tell(f"{asked.id} foi descartado.")
    except NothingParked:
        tell(f"Não há {asked.id} parado: veja `python -m bot parked list`.")
        return 1
    return 0


def _list(items: list[Item]) -> None:
    if not items:
        tell("Nada parado.")
        return
    tell(f"{'item':<24} {'desde':<16} {'canal':<10} {'tentativas':>10}  motivo")
    for item in items:
        tell(
            f"{item.id:<24} {_when(item):<16} {item.channel:<10} {item.attempts:>10}  {item.reason}"
        )


def _show(item: Item) -> None:
    tell(f"item:       {item.id}")
    tell(f"desde:      {_when(item)}")
    tell(f"canal:      {item.channel}")
    tell(f"tentativas: {item.attempts}")
    tell(f"motivo:     {item.reason}")
    if item.conversation:
        tell(f"conversa:   {item.conversation}")
        tell(f"texto:      {item.text}")


def _when(item: Item) -> str:
    return item.since.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M")
