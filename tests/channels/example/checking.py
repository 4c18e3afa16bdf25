"""Asks the provider whether it knows us."""

from __future__ import annotations

from channels.calls import Calls, NotSent, Unanswered
from channels.checking import Finding, Verdict
from tests.channels.example.settings import ExampleSettings


async def check(settings: ExampleSettings) -> list[Finding]:
    """See ``Channel.check``."""
    calls = Calls(settings.api_url, {"Authorization": f"Bearer {settings.token}"})
    try:
        status, _ = await calls.get("me")
    except (NotSent, Unanswered):
        return [Finding(Verdict.WRONG, "Não consegui chegar ao provedor. Confira a internet.")]
    finally:
        await calls.close()
    if status == 200:
        return [Finding(Verdict.GOOD, "O token vale.")]
    return [Finding(Verdict.WRONG, "O provedor não aceita o token: copie CLARA_EXAMPLE_TOKEN.")]
