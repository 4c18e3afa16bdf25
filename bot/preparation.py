"""What has to stand before Clara can serve: databases up to date, the demo distributor in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


class DatabaseDown(Exception):
    """A database does not answer; the message says which, and what to look at."""


def prepare_records(settings: Settings) -> None:
    """Bring the records' schema up to date. Raises ``DatabaseDown``."""
    with _answering("Os registros não respondem", "CLARA_RECORDS_URL"):
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
    """Bring the built-in billing system's schema up to date; another system is its owner's.

    Raises ``DatabaseDown``.
    """
    if settings.billing.rest_url is None:
        with _answering("O sistema de contas não responde", "CLARA_BILLING_DATABASE_URL"):
            migrate(settings.billing.database_url)


def fill_demo(settings: Settings) -> None:
    """Put the demo distributor into the built-in billing system, or bring it up to today.

    Raises ``billing.demo.NotADemoDatabase`` rather than touching anybody else's data.
    """
    demo.fill(open_engine(settings.billing.database_url), _today())


def demo_customers() -> tuple[demo.ShowcaseCustomer, ...]:
    """The customers worth trying, as they stand today."""
    return demo.showcase(_today())


@contextmanager
def _answering(complaint: str, setting: str) -> Iterator[None]:
    try:
        yield
    except OperationalError as fault:
        kind = type(fault.orig).__name__
        raise DatabaseDown(f"{complaint} ({kind}): confira {setting} e o banco.") from None


def _today() -> date:
    return local_date(datetime.now(timezone.utc))
