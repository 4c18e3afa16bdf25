"""``python -m bot handoffs``: the conversations that wait for a person, for whoever attends."""

from __future__ import annotations

import argparse

from sqlalchemy.engine import Engine

from attendance.clock import LOCAL
from attendance.handoffs import Handoff
from bot import channels
from bot.console import tell
from bot.delivery.answers import Answers
from bot.delivery.people import HandoffRefused, People
from bot.records_command import on_records
from settings import Settings

LIST, SHOW, TAKE, SAY, CLOSE = "list", "show", "take", "say", "close"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked for."""
    actions = parser.add_subparsers(
        title="o que fazer", metavar="ação", dest="action", required=True
    )
    actions.add_parser(LIST, help="lista quem espera e quem já está com uma pessoa")
    for name, told in (
        (SHOW, "mostra a conversa, com os dados pessoais mascarados"),
        (TAKE, "assume a conversa: a Clara se cala e avisa o cliente"),
        (SAY, "escreve ao cliente"),
        (CLOSE, "encerra: a Clara volta e avisa o cliente"),
    ):
        action = actions.add_parser(name, help=told)
        action.add_argument("id", type=int, metavar="número", help="como a lista mostra")
        if name == SAY:
            action.add_argument("text", metavar="texto", help="entre aspas")


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Do it; returns the process's exit code."""

    def do(engine: Engine) -> int:
        sending = [one.sending for one in channels.connectors(settings) if one.sending]
        try:
            _do(People(engine, Answers(engine, sending)), asked)
        except HandoffRefused as refusal:
            tell(str(refusal))
            return 1
        return 0

    return on_records(settings, do)


def _do(people: People, asked: argparse.Namespace) -> None:
    if asked.action == LIST:
        _list(people.waiting())
    elif asked.action == SHOW:
        for line in people.transcript(asked.id):
            tell(line)
    elif asked.action == TAKE:
        handoff = people.take(asked.id)
        tell(f"A conversa {asked.id} é sua (protocolo {handoff.protocol}). A Clara está calada.")
        tell(f'Escreva com: python -m bot handoffs say {asked.id} "texto"')
    elif asked.action == SAY:
        people.say(asked.id, asked.text)
        tell("Enviado.")
    else:
        people.close(asked.id)
        tell(f"O pedido {asked.id} foi encerrado, e a Clara voltou.")


def _list(waiting: list[Handoff]) -> None:
    if not waiting:
        tell("Ninguém espera por uma pessoa.")
        return
    tell(f"{'número':>6}  {'pedido em':<16}  {'protocolo':<14}  situação")
    for one in waiting:
        at = one.requested_at.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M")
        state = "com uma pessoa" if one.taken_at else "espera"
        tell(f"{one.id:>6}  {at:<16}  {one.protocol:<14}  {state}")
