"""The player of stock Rasa: its agent, its SQL store, its action server; nothing of ours."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import uuid

os.environ["LOG_LEVEL"] = "ERROR"

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import SQLTrackerStore
from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.endpoints import EndpointConfig

from benchmarks.engine.playing import Plan, measure


async def main() -> None:
    """Play, and print the times as JSON."""
    plan = Plan.of_command_line()
    agent = Agent(
        generator=EndpointConfig(type="bot.responses.VariedResponses"),  # ours: the replies are
        tracker_store=SQLTrackerStore(db="stock.db"),
        lock_store=InMemoryLockStore(),
        action_endpoint=EndpointConfig(plan.action_server),
    )
    agent.load_model(plan.model)
    agent.nlg.responses = agent.domain.responses

    async def play(conversation: str, number: int, text: str) -> None:
        key = uuid.uuid5(uuid.NAMESPACE_OID, conversation).hex
        await agent.handle_message(
            UserMessage(
                text,
                CollectingOutputChannel(),
                key,
                input_channel="rest",
                message_id=str(number),
                metadata={"address": None, "channel": "webchat"},
            )
        )

    sys.stdout.write(json.dumps(await measure(play, plan)))


if __name__ == "__main__":
    configure_logging_and_warnings(log_level=40)
    asyncio.run(main())
