"""Clara's commands; ``python -m bot --help`` lists them."""

from __future__ import annotations

import os

# Before anything imports Rasa or SQLAlchemy, which read them then.
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

import argparse
import errno
import subprocess
import sys
from collections.abc import Callable

import rasa_lean

from billing.demo import NotADemoDatabase
from bot import channels, checks, console, handoffs_command, logs, parked_command, preparation
from bot.model import Project, TrainingFailed, UnfitModel
from bot.preparation import DatabaseDown
from bot.published_models import UnknownModel
from settings import InvalidSettings, Settings

Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run the command of the command line; returns the process's exit code."""
    asked = _parser().parse_args(arguments)
    try:
        settings = channels.load()
        if asked.run is _train:
            logs.configure_for_training()
        else:
            logs.configure(settings.log_level)
        return int(asked.run(settings, asked))
    except (InvalidSettings, TrainingFailed, NotADemoDatabase, DatabaseDown) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Os comandos da Clara.")
    commands = parser.add_subparsers(title="comandos", metavar="comando", required=True)

    def add(name: str, run: Command, told: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=told, description=told)
        command.set_defaults(run=run)
        return command

    add("run", _run, "prepara o que falta e atende: o jeito de começar")
    train = add("train", _train, "treina o modelo, se mudou aquilo de que ele aprende")
    train.add_argument("--force", action="store_true", help="treina mesmo que nada tenha mudado")
    add("prepare", _prepare, "só prepara os bancos de dados (antes de atender em várias máquinas)")
    add("serve", _serve, "só atende: os bancos de dados e o modelo já existem")
    add("models", _models, "lista os modelos publicados e diz qual está em serviço")
    rollback = add("rollback", _rollback, "volta ao modelo anterior, sem parar o atendimento")
    rollback.add_argument("model", nargs="?", metavar="modelo", help="um modelo da lista")
    handoffs = add("handoffs", handoffs_command.run, "as conversas que esperam por uma pessoa")
    handoffs_command.add_arguments(handoffs)
    add("demo", _demo, "preenche a distribuidora de demonstração e lista os clientes para testar")
    check = add("check", _check, "pergunta ao provedor de um canal o que está errado, e diz")
    names = checks.names()
    check.add_argument("channel", choices=names, metavar="canal", help=" ou ".join(names))
    parked = add("parked", parked_command.run, "o que ficou parado: listar, ver, tentar de novo")
    parked_command.add_arguments(parked)
    return parser


def _prepare(settings: Settings, _: argparse.Namespace) -> int:
    console.tell("Preparando os registros…")
    preparation.prepare_records(settings)
    _prepare_billing(settings)
    return 0


def _run(settings: Settings, asked: argparse.Namespace) -> int:
    _prepare(settings, asked)
    # In a process of its own: training leaves hundreds of megabytes behind.
    trained = subprocess.run([sys.executable, "-m", "bot", "train"], check=False)
    if trained.returncode:
        return trained.returncode
    return _serve(settings, asked)


def _demo(settings: Settings, _: argparse.Namespace) -> int:
    if not settings.billing.demo:
        sys.stderr.write("A demonstração está desligada (CLARA_BILLING_DEMO).\n")
        return 1
    _prepare_billing(settings)
    console.tell_customers(preparation.demo_customers())
    return 0


def _check(settings: Settings, asked: argparse.Namespace) -> int:
    return checks.run(asked.channel, settings)


def _prepare_billing(settings: Settings) -> None:
    console.tell("Preparando o sistema de contas…")
    preparation.prepare_billing(settings)
    if settings.billing.demo:
        console.tell("Preenchendo a distribuidora de demonstração…")
        preparation.fill_demo(settings)


def _train(settings: Settings, asked: argparse.Namespace) -> int:
    project = Project()
    if project.model.exists() and not asked.force:
        console.tell("O modelo está em dia.")
    else:
        console.tell("Treinando o modelo…")
        console.tell(f"Modelo treinado: {project.train()}")
    published = preparation.published_models(settings)
    if published and published.publish(project.model):
        console.tell("Publicado: quem já atende passa a usá-lo em segundos.")
    return 0


def _models(settings: Settings, _: argparse.Namespace) -> int:
    published = preparation.published_models(settings)
    console.tell_models(published.all() if published else [])
    return 0


def _rollback(settings: Settings, asked: argparse.Namespace) -> int:
    published = preparation.published_models(settings)
    try:
        if published is None:
            raise UnknownModel
        console.tell(f"Em serviço em segundos: {published.go_back(asked.model)}")
    except UnknownModel:
        sys.stderr.write("Não há esse modelo para voltar: veja `python -m bot models`.\n")
        return 1
    return 0


def _serve(settings: Settings, _: argparse.Namespace) -> int:
    project = Project()
    if settings.shape.is_engine and not project.model.exists():
        sys.stderr.write("Não há modelo para o conteúdo atual: rode `python -m bot train`.\n")
        return 1
    if settings.shape.is_engine:
        console.tell("Carregando o modelo…")
        needed = frozenset() if project.has_only_components_of_ours else rasa_lean.LEARNING
        rasa_lean.leave_out(rasa_lean.NOT_SERVED - needed)
    # What takes long to import comes only now, after the lines above.
    from bot.delivery import metrics
    from bot.server import serve

    shape = settings.shape
    if shape.metrics_port:
        try:
            metrics.serve(shape.metrics_host, shape.metrics_port)
        except OSError:
            sys.stderr.write(
                f"Não consigo servir as métricas em {shape.metrics_host}:{shape.metrics_port}: "
                "mude CLARA_METRICS_PORT (0 desliga as métricas).\n"
            )
            return 1

    def when_up() -> None:
        if not shape.is_gateway:
            return
        customers = preparation.demo_customers() if settings.billing.demo else ()
        console.tell_ready(settings.web.public_url, customers)

    try:
        serve(settings, project, when_up)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        where = f"{settings.web.host}:{settings.web.port}"
        sys.stderr.write(f"Já há um servidor em {where}: encerre-o ou mude CLARA_PORT.\n")
        return 1
    except UnfitModel as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
