"""Which model the engines answer with, on all machines: the records hold it, and say so.

A newly trained model is *published*: its file goes into the records and it is in service. Going
back to an earlier one is one row more. Engines look for a change every few seconds and take the
file from the records, so that no folder has to be shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from records.tables import model_changes, models

KEPT = 5
"""Models kept in the records: the newest, and always the one in service."""

ENDING = ".tar.gz"


class UnknownModel(LookupError):
    """The records have no model of this name, or none to go back to."""


@dataclass(frozen=True)
class Published:
    """A model in the records."""

    name: str
    at: datetime
    in_service: bool


def _now() -> datetime:
    return datetime.now(timezone.utc)


class PublishedModels:
    """The models in the records. Every method is one transaction and blocks."""

    def __init__(self, records: Engine, now: Callable[[], datetime] = _now) -> None:
        """Look in ``records``."""
        self._records = records
        self._now = now

    @property
    def is_prepared(self) -> bool:
        """Whether the records can hold models: their schema is there and up to date."""
        return bool(inspect(self._records).has_table(model_changes.name))

    def publish(self, path: Path) -> bool:
        """Put a model into service that the records have not seen; False if they have.

        What was published before and is no longer in service was taken out of it by somebody,
        and stays out until somebody puts it back.
        """
        name = path.name.removesuffix(ENDING)
        row = {"id": name, "published_at": self._now(), "archive": path.read_bytes()}
        try:
            with self._records.begin() as connection:
                known = select(models.c.id).where(models.c.id == name)
                if connection.execute(known).first():
                    return False
                connection.execute(insert(models).values(row))
                self._put_into_service(connection, name)
                _drop_old(connection, name)
        except IntegrityError:  # another engine starts at the same time, with the same model
            return False
        return True

    def in_service(self) -> str | None:
        """Name of the model that engines answer with."""
        with self._records.begin() as connection:
            return _in_service(connection)

    def file(self, name: str, *folders: Path) -> Path:
        """The model's file: where one of the folders has it, or else written into the last.

        Raises ``UnknownModel``.
        """
        paths = [folder / f"{name}{ENDING}" for folder in folders]
        for path in paths:
            if path.exists():
                return path
        path = paths[-1]
        with self._records.begin() as connection:
            query = select(models.c.archive).where(models.c.id == name)
            archive = connection.execute(query).scalar_one_or_none()
        if archive is None:
            raise UnknownModel(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(archive)
        return partial.replace(path)

    def all(self) -> list[Published]:
        """The models, the newest first."""
        newest_first = select(models.c.id, models.c.published_at).order_by(
            models.c.published_at.desc()
        )
        with self._records.begin() as connection:
            name = _in_service(connection)
            rows = connection.execute(newest_first).all()
        return [Published(row.id, row.published_at, row.id == name) for row in rows]

    def go_back(self, name: str | None = None) -> str:
        """Put a named model into service, or the one that was before the present one.

        Raises ``UnknownModel`` if there is none.
        """
        with self._records.begin() as connection:
            wanted = name or _former(connection)
            known = select(models.c.id).where(models.c.id == wanted)
            if wanted is None or not connection.execute(known).first():
                raise UnknownModel(wanted or "")
            self._put_into_service(connection, wanted)
        return wanted

    def _put_into_service(self, connection: Connection, name: str) -> None:
        connection.execute(insert(model_changes).values(model_id=name, at=self._now()))


def _in_service(connection: Connection) -> str | None:
    newest = select(model_changes.c.model_id).order_by(model_changes.c.id.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()


def _former(connection: Connection) -> str | None:
    """The model in service before the present one, of those that are still there."""
    former = (
        select(model_changes.c.model_id)
        .join(models, models.c.id == model_changes.c.model_id)
        .where(model_changes.c.model_id != _in_service(connection))
        .order_by(model_changes.c.id.desc())
        .limit(1)
    )
    return connection.execute(former).scalar_one_or_none()


def _drop_old(connection: Connection, in_service: str) -> None:
    newest = select(models.c.id).order_by(models.c.published_at.desc()).limit(KEPT)
    kept = {in_service, *connection.execute(newest).scalars()}
    connection.execute(delete(models).where(models.c.id.not_in(kept)))
