"""Every setting of Clara, read from the environment once, checked, and explained when wrong.

All names begin with ``CLARA_``; those of a channel are read by its folder. A ``.env`` file in the
working directory is read too; what is already in the environment wins over it.
``docs/settings.md`` is the operator's list.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from environs import Env, EnvValidationError, ValidationError, validate

_IN_PORTUGUESE = {
    "Environment variable not set.": "falta informar",
    "Not a valid integer.": "precisa de um número inteiro",
    "Not a valid boolean.": "precisa de true ou false",
    "Not a valid time.": "precisa de uma hora, como 08:00",
}
"""What ``environs`` says by itself; what validators say is ours."""


class InvalidSettings(Exception):
    """Some settings are wrong or missing; the message names each and says how to mend it."""


NEEDS_POSTGRESQL = (
    "CLARA_BROKER_URL serve para vários processos, e o SQLite é de um só: aponte "
    "CLARA_RECORDS_URL para um PostgreSQL (postgresql://…), ou tire CLARA_BROKER_URL."
)
NEEDS_BROKER = (
    "CLARA_ROLE={role} separa quem recebe de quem responde: informe em CLARA_BROKER_URL o RabbitMQ "
    "que liga os dois (amqp://…), ou use CLARA_ROLE=all."
)


@dataclass(frozen=True)
class Distributor:
    """Who Clara speaks for, and where customers are sent for what she does not do."""

    name: str
    site: str
    phone: str
    attendance_opens: time
    attendance_closes: time
    local_holidays: frozenset[date]


@dataclass(frozen=True)
class Web:
    """The web server."""

    host: str
    port: int
    public_url: str
    trusted_proxies: int


@dataclass(frozen=True)
class Billing:
    """Which billing system is behind: the built-in database, or a REST service."""

    database_url: str = field(repr=False)  # may hold a password
    rest_url: str | None
    rest_token: str | None = field(repr=False)
    demo: bool


@dataclass(frozen=True)
class Smtp:
    """Where mail goes out; without a host it stays in the built-in mailbox."""

    host: str | None
    port: int
    security: str  # "none", "starttls" or "tls"
    user: str | None
    password: str | None = field(repr=False)
    sender: str


@dataclass(frozen=True)
class Shape:
    """What this process does, and how it finds the others that do the rest."""

    role: str  # "all", "gateway" or "engine"
    broker_url: str | None = field(repr=False)
    waiting_limit: int  # messages that wait, above which customers are told that it takes longer
    metrics_host: str
    metrics_port: int  # 0: none

    @property
    def is_gateway(self) -> bool:
        """Whether customers reach this process."""
        return self.role != "engine"

    @property
    def is_engine(self) -> bool:
        """Whether this process answers."""
        return self.role != "gateway"


@dataclass(frozen=True)
class Settings:
    """All of it."""

    secret: str = field(repr=False)
    records_url: str = field(repr=False)  # may hold a password
    shape: Shape
    data_dir: Path
    log_level: str
    distributor: Distributor
    web: Web
    billing: Billing
    smtp: Smtp
    channels: Mapping[str, Any] = field(default_factory=dict)
    """Those that are set up, by their names; each folder of ``channels/`` reads its own."""

    @property
    def mailbox_dir(self) -> Path:
        """Where the built-in mailbox keeps what would have gone out."""
        return self.data_dir / "mailbox"


def load() -> Settings:
    """Read and check all settings but those of channels, for which see ``bot.channels.load``.

    Raises ``InvalidSettings``.
    """
    with reading() as env:
        return read(env)


@contextmanager
def reading() -> Iterator[Env]:
    """The environment, to be read under its names without ``CLARA_``.

    Raises ``InvalidSettings`` at the end, naming every wrong setting at once.
    """
    env = Env(eager=False)
    env.read_env(Path(".env"), recurse=False)
    with env.prefixed("CLARA_"):
        yield env
    try:
        env.seal()
    except EnvValidationError as error:
        wrong = cast("dict[str, list[str]]", error.error_messages)
        lines = (f"  {name}: {'; '.join(map(_told, why))}" for name, why in wrong.items())
        raise InvalidSettings("Corrija estas variáveis:\n" + "\n".join(lines)) from error


def read(env: Env) -> Settings:
    """All settings but those of channels."""
    data_dir = env.path("DATA_DIR", Path("var"))
    records_url = env.str("RECORDS_URL", f"sqlite:///{data_dir}/records.db")
    return Settings(
        secret=env.str("SECRET", "", validate=_long_or_absent) or _kept_secret(data_dir),
        records_url=records_url,
        shape=_shape(env, records_url),
        data_dir=data_dir,
        log_level=env.str(
            "LOG_LEVEL", "INFO", validate=_one_of("DEBUG", "INFO", "WARNING", "ERROR")
        ),
        distributor=_distributor(env),
        web=_web(env),
        billing=_billing(env, data_dir),
        smtp=_smtp(env),
    )


def _shape(env: Env, records_url: str) -> Shape:
    broker_url = env.str("BROKER_URL", None, validate=_is_amqp)
    role = env.str("ROLE", "all", validate=_one_of("all", "gateway", "engine"))
    if broker_url and records_url.startswith("sqlite"):
        raise InvalidSettings(NEEDS_POSTGRESQL)
    if role in ("gateway", "engine") and not broker_url:
        raise InvalidSettings(NEEDS_BROKER.format(role=role))
    return Shape(
        role=role,
        broker_url=broker_url,
        waiting_limit=env.int("WAITING_LIMIT", 500, validate=_between(1, 10**9)),
        metrics_host=env.str("METRICS_HOST", "127.0.0.1"),
        metrics_port=env.int("METRICS_PORT", 9464, validate=_between(0, 65535)),
    )


def _distributor(env: Env) -> Distributor:
    with env.prefixed("DISTRIBUTOR_"):
        return Distributor(
            name=env.str("NAME", "Luz do Norte"),
            site=env.str("SITE", "www.luzdonorte.example"),
            phone=env.str("PHONE", "0800 000 0196"),
            attendance_opens=env.time("ATTENDANCE_OPENS", time(8)),
            attendance_closes=env.time("ATTENDANCE_CLOSES", time(18)),
            local_holidays=_days(env.str("LOCAL_HOLIDAYS", "", validate=_are_days) or ""),
        )


def _web(env: Env) -> Web:
    port = env.int("PORT", 8080, validate=_between(1, 65535))
    return Web(
        host=env.str("HOST", "127.0.0.1"),
        port=port,
        public_url=(
            env.str("PUBLIC_URL", f"http://localhost:{port}", validate=_is_address) or ""
        ).rstrip("/"),
        trusted_proxies=env.int("TRUSTED_PROXIES", 0, validate=_between(0, 5)),
    )


def _billing(env: Env, data_dir: Path) -> Billing:
    with env.prefixed("BILLING_"):
        rest_url = env.str("REST_URL", None)
        return Billing(
            database_url=env.str("DATABASE_URL", f"sqlite:///{data_dir}/billing.db"),
            rest_url=rest_url,
            rest_token=env.str("REST_TOKEN") if rest_url else None,
            demo=env.bool("DEMO", rest_url is None),
        )


def _smtp(env: Env) -> Smtp:
    with env.prefixed("SMTP_"):
        return Smtp(
            host=env.str("HOST", None),
            port=env.int("PORT", 587, validate=_between(1, 65535)),
            security=env.str("SECURITY", "starttls", validate=_one_of("none", "starttls", "tls")),
            user=env.str("USER", None),
            password=env.str("PASSWORD", None),
            sender=env.str("SENDER", "Clara <clara@luzdonorte.example>"),
        )


def _told(why: str) -> str:
    return _IN_PORTUGUESE.get(why, why)


def _one_of(*choices: str) -> validate.OneOf:
    return validate.OneOf(choices, error="é um destes: {choices}")


def _between(least: int, most: int) -> validate.Range:
    return validate.Range(least, most, error="vai de {min} a {max}")


def _is_address(value: str) -> None:
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # of the port
        fits = False
    if not fits:
        raise ValidationError("precisa de um endereço como https://clara.exemplo.com.br")


def _days(value: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(one.strip()) for one in value.split(",") if one.strip())


def _are_days(value: str) -> None:
    try:
        _days(value)
    except ValueError as error:
        raise ValidationError("precisa de datas como 2027-08-15, separadas por vírgulas") from error


def _is_amqp(value: str | None) -> None:
    if value and not value.startswith(("amqp://", "amqps://")):
        raise ValidationError("precisa de um endereço como amqp://usuario:senha@maquina/")


def _long_or_absent(value: str) -> None:
    if value and len(value) < 32:
        raise ValidationError(
            'precisa de 32 caracteres ou mais; gere um com `python -c "import secrets; '
            'print(secrets.token_urlsafe(32))"`'
        )


def _kept_secret(data_dir: Path) -> str:
    """A secret made on the first start and kept, so that sessions survive a restart."""
    path = data_dir / "secret"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()
