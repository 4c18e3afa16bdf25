"""The one place where everything is put together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sanic import Sanic
from sqlalchemy import text
from sqlalchemy.engine import Engine as Records

import records
from actions.desk import billing_gateway, open_desk
from bot import channels, mailing
from bot.delivery.amqp_news import AmqpNews
from bot.delivery.amqp_queue import AmqpQueue
from bot.delivery.broker import Broker
from bot.delivery.house import Delivery, Habits, Ways
from bot.faults import describe
from bot.model import Project
from bot.model_follower import ModelFollower
from bot.published_models import PublishedModels
from bot.web import add_health, make_app
from channels.channel import Connector
from mail.outbox import Postman
from settings import Distributor, Settings, Shape

if TYPE_CHECKING:
    from bot.engine import Engine

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Clara:
    """Everything that runs."""

    app: Sanic
    delivery: Delivery
    connectors: Sequence[Connector]  # of a gateway
    postman: Postman
    model_follower: ModelFollower | None  # of an engine


async def assemble(settings: Settings, project: Project) -> Clara:
    """Open the records and the desk, load the model, attach the channels. Nothing runs yet."""
    engine_of_records = records.connect(settings.records_url)
    billing = billing_gateway(settings)
    open_desk(settings, engine_of_records, billing)
    shape = settings.shape
    engine, follower = None, None
    if shape.is_engine:
        models = PublishedModels(engine_of_records)
        # The project may be part of an image, where nothing can be written.
        folders = (project.models, settings.data_dir / "models")
        engine = await _load_engine(models, project, folders, engine_of_records)
        follower = ModelFollower(engine, models, *folders)
    connectors = channels.connectors(settings)
    delivery = Delivery(
        engine_of_records,
        settings.secret,
        engine,
        channels=[one.sending for one in connectors if one.sending],
        sends=shape.is_gateway,
        facts=facts(settings.distributor),
        ways=_ways(shape),
        habits=Habits(waiting_limit=shape.waiting_limit),
    )
    app = make_app(settings.web.trusted_proxies)
    add_health(app, lambda: _is_ready(engine_of_records))
    postman = mailing.make_postman(settings, engine_of_records)
    if not shape.is_gateway:  # it lends its channels' renderers, and takes nothing in
        return Clara(app, delivery, (), postman, follower)
    mailing.attach_pages(app, settings, engine_of_records, billing)
    for connector in connectors:
        connector.attach(app, delivery.conversations, delivery.reports)
    return Clara(app, delivery, connectors, postman, follower)


async def _load_engine(
    models: PublishedModels, project: Project, folders: Sequence[Path], records: Records
) -> Engine:
    """The engine with the model in service: this project's, if nobody has seen it yet."""
    # Rasa takes long to import, and much memory: a gateway does without.
    from bot.engine import Engine

    models.publish(project.model)
    name = models.in_service()
    model = models.file(name, *folders) if name else project.model
    try:
        return await Engine.load(model, project.endpoints, records)
    except Exception as error:
        if model == project.model:
            raise
        # It was put into service for other code than this.
        log.error("model.refused", model=name, fault=describe(error))
        return await Engine.load(project.model, project.endpoints, records)


def _ways(shape: Shape) -> Ways:
    """How the processes of this shape reach each other."""
    if shape.broker_url is None:
        return Ways()
    broker = Broker(shape.broker_url)
    return Ways(AmqpQueue(broker), AmqpNews(broker))


def facts(distributor: Distributor) -> dict[str, str]:
    """What replies of the runtime may mention of the distributor."""
    return {
        "distributor_name": distributor.name,
        "distributor_site": distributor.site,
        "distributor_phone": distributor.phone,
    }


async def _is_ready(engine: Records) -> bool:
    """Whether the records answer; without a model there is no app to ask."""
    try:
        await asyncio.to_thread(_ask, engine)
    except Exception:
        return False
    return True


def _ask(engine: Records) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
