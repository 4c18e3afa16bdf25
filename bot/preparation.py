"""What has to stand before Clara can serve: databases up to date, the demo distributor in them."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

import records
from attendance.clock import local_date
from billing import demo
from billing.database import migrate, open_engine
from bot.published_models import PublishedModels
from settings import Settings


def prepare_records(settings: Settings) -> None:
    """Bring the records' schema up to date."""
    records.migrate(records.connect(settings.records_url))


def published_models(settings: Settings) -> PublishedModels | None:
    """The models in the records; none if there are no records yet, as where an image is built."""
    url = make_url(settings.records_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database).exists():
        return None
    try:
        models = PublishedModels(records.connect(settings.records_url))
        return models if models.is_prepared else None
    except OperationalError:
        return None


def prepare_billing(settings: Settings) -> None:
    """Bring the built-in billing system's schema up to date; another system is its owner's."""
    if settings.billing.rest_url is None:
        migrate(settings.billing.database_url)


def fill_demo(settings: Settings) -> None:
    """Put the demo distributor into the built-in billing system, or bring it up to today.

    Raises ``billing.demo.NotADemoDatabase`` rather than touching anybody else's data.
    """
    demo.fill(open_engine(settings.billing.database_url), _today())


def demo_customers() -> tuple[demo.ShowcaseCustomer, ...]:
    """The customers worth trying, as they stand today."""
    return demo.showcase(_today())


def _today() -> date:
    return local_date(datetime.now(timezone.utc))
