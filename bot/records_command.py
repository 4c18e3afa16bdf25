"""A command on the records: opened for it, closed after it, their faults told in the terminal."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

import records
from bot.console import tell
from settings import Settings


def on_records(settings: Settings, do: Callable[[Engine], int]) -> int:
    """Do it on the records; returns its exit code, or 1 where the records do not answer."""
    engine = records.connect(settings.records_url)
    try:
        return do(engine)
    except SQLAlchemyError as error:
        tell(f"Os registros não respondem ({type(error).__name__}): confira CLARA_RECORDS_URL e")
        tell("rode antes `python -m bot prepare`.")
        return 1
    finally:
        engine.dispose()
