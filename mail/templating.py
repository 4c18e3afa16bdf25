"""The templates: HTML with every value escaped."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mail.clock import LOCAL

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: object) -> str:
    """The HTML of a template; raises ``jinja2.UndefinedError`` for a value that is missing."""
    return _environment.get_template(template).render(values)


def _local_date(instant: datetime) -> str:
    return f"{instant.astimezone(LOCAL):%d/%m/%Y}"


def _local_time(instant: datetime) -> str:
    return f"{instant.astimezone(LOCAL):%d/%m/%Y às %H:%M}"


_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["local_date"] = _local_date
_environment.filters["local_time"] = _local_time
