"""What an operator decides: the variables ``CLARA_EXAMPLE_…``."""

from __future__ import annotations

from dataclasses import dataclass, field

from environs import Env, validate

from channels.channel import Surroundings


@dataclass(frozen=True, kw_only=True)
class ExampleSettings:
    """The account."""

    account: str
    token: str = field(repr=False)  # proves us to the provider
    secret: str = field(repr=False)  # proves the provider to us
    api_url: str


def read(env: Env, _: Surroundings) -> ExampleSettings | None:
    """See ``Channel.read``."""
    with env.prefixed("EXAMPLE_"):
        if not (env.str("ACCOUNT", "") or env.str("TOKEN", "") or env.str("SECRET", "")):
            return None
        return ExampleSettings(
            account=env.str("ACCOUNT"),
            token=env.str("TOKEN"),
            secret=env.str(
                "SECRET", validate=validate.Length(16, error="precisa de 16 caracteres ou mais")
            ),
            api_url=env.str("API_URL", "https://api.mensageiro.example"),
        )
