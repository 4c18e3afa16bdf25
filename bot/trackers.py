"""Where the dialogue state is kept: in the records, so that it is stored together with answers.

Events are appended to a table in Rasa's own schema, and never read again but for the few newest
of a conversation. Beside them stands one row a conversation: how many of the newest events count
one by one, what stands for the older ones (``bot.folding``), and a version that fences off
whoever lost the conversation to another process in the meantime.

Trackers of conversations in course stay in memory, so that a turn usually reads nothing. A turn
*takes* the tracker out and whoever has stored the turn *keeps* it again: after any failure it is
simply not there.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

import records
from bot.answering import Superseded
from bot.folding import fold
from bot.tracker import BoundedTracker
from records.tables import dialogue_states, events
from settings import load

LIVE = 2_000
"""Conversations in memory at most; the longest idle ones go first. Some 70 kB each."""


class BoundedTrackerStore(TrackerStore):
    """Rasa's tracker store over our records; ``tracker_store.type`` of ``endpoints.yml``.

    Every failure of the database is raised: a conversation is never begun anew because of one.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        records_engine: Engine | None = None,
        **_: Any,
    ) -> None:
        """Use ``records_engine``, the database at the URL ``host``, or our records' own."""
        super().__init__(domain, event_broker)
        if records_engine is None:  # one of Rasa's own commands asks
            records_engine = records.connect(host or load().records_url)
            records.migrate(records_engine)
        self._records = records_engine
        self._live: OrderedDict[str, BoundedTracker] = OrderedDict()

    # A turn of ours: what it leads to is stored by whoever stores its answer

    async def take(self, conversation: str, model_id: str, domain: Domain) -> BoundedTracker:
        """The conversation's tracker for a turn of a model; nobody else is given this one.

        A new one if the conversation has none. What an earlier model left is read anew.
        """
        tracker = self._live.pop(conversation, None)
        if tracker is not None and tracker.model_id != model_id:
            tracker = None
        if tracker is None:
            read = await asyncio.to_thread(self._read, conversation, domain)
            tracker = read or BoundedTracker(conversation, domain.slots)
        tracker = fold(tracker)
        tracker.model_id = model_id
        return tracker

    def store(self, connection: Connection, tracker: BoundedTracker) -> None:
        """Write what is new in the tracker; ``Superseded`` if it is no longer the newest."""
        new = tracker.new_events
        # The row first: it is what two writers of one conversation meet at.
        _write_state(connection, tracker)
        if new:
            connection.execute(_ADD_EVENTS, [_row(tracker.sender_id, event) for event in new])

    def keep(self, tracker: BoundedTracker) -> None:
        """Hold on to a tracker that is on record now, and tell the event broker of it."""
        new = tracker.new_events
        tracker.version += 1
        tracker.stored = len(tracker.events)
        tracker.is_folded_anew = False
        self._live[tracker.sender_id] = tracker
        while len(self._live) > LIVE:
            self._live.popitem(last=False)
        if self.event_broker:
            for event in new:
                self.event_broker.publish({"sender_id": tracker.sender_id, **event.as_dict()})

    # Rasa's own commands: each save is a transaction by itself

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is new in a tracker."""
        if not isinstance(tracker, BoundedTracker):  # made by hand, as Rasa's HTTP API does
            tracker = await self._as_bounded(tracker)
        await asyncio.to_thread(self._save, tracker)
        self.keep(tracker)

    async def retrieve(self, sender_id: str) -> BoundedTracker | None:
        """The tracker of the latest session."""
        tracker = await asyncio.to_thread(self._read, sender_id, self.domain)
        return fold(tracker) if tracker else None

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The tracker of all sessions, with every event that is still on record."""
        found = await asyncio.to_thread(self._read_events, conversation_id)
        if not found:
            return None
        return DialogueStateTracker.from_events(conversation_id, found, self.domain.slots)

    async def keys(self) -> Iterable[str]:
        """Ids of all conversations."""
        return await asyncio.to_thread(self._read_keys)

    def init_tracker(self, sender_id: str) -> BoundedTracker:
        """A new conversation's tracker."""
        return BoundedTracker(sender_id, self.domain.slots)

    async def _as_bounded(self, tracker: DialogueStateTracker) -> BoundedTracker:
        known = await self.retrieve(tracker.sender_id) or self.init_tracker(tracker.sender_id)
        for event in list(tracker.events)[len(known.events) :]:
            known.update(event)
        return known

    def _save(self, tracker: BoundedTracker) -> None:
        with self._records.begin() as connection:
            self.store(connection, tracker)

    def _read(self, conversation: str, domain: Domain) -> BoundedTracker | None:
        query = select(dialogue_states).where(dialogue_states.c.conversation_id == conversation)
        with self._records.begin() as connection:
            state = connection.execute(query).one_or_none()
            if state is None:
                return None
            recent = _newest_events(connection, conversation, state.recent)
        folded = deserialise_events(json.loads(state.folded))
        tracker = BoundedTracker(conversation, domain.slots).rebuilt(folded, recent)
        tracker.version = state.version
        tracker.stored = len(tracker.events)
        tracker.is_folded_anew = False
        return tracker

    def _read_events(self, conversation: str) -> list[Event]:
        with self._records.begin() as connection:
            return _newest_events(connection, conversation)

    def _read_keys(self) -> list[str]:
        with self._records.begin() as connection:
            return list(connection.execute(select(dialogue_states.c.conversation_id)).scalars())


# Made once: to put a statement together takes longer than to carry it out.
_CHANGE_STATE = update(dialogue_states).where(
    dialogue_states.c.conversation_id == bindparam("of_conversation"),
    dialogue_states.c.version == bindparam("of_version"),
)
_ADD_STATE = insert(dialogue_states)
_ADD_EVENTS = insert(events)


def _write_state(connection: Connection, tracker: BoundedTracker) -> None:
    values: dict[str, Any] = {
        "version": tracker.version + 1,
        "recent": len(tracker.events) - tracker.folded,
        "changed_at": datetime.now(timezone.utc),
    }
    if tracker.is_folded_anew or not tracker.version:
        folded = [event.as_dict() for event in list(tracker.events)[: tracker.folded]]
        values["folded"] = json.dumps(folded)
    if tracker.version:
        of = {"of_conversation": tracker.sender_id, "of_version": tracker.version}
        if not connection.execute(_CHANGE_STATE, {**values, **of}).rowcount:
            raise Superseded(tracker.sender_id)
        return
    try:
        connection.execute(_ADD_STATE, {**values, "conversation_id": tracker.sender_id})
    except IntegrityError as taken:
        raise Superseded(tracker.sender_id) from taken


def _newest_events(
    connection: Connection, conversation: str, number: int | None = None
) -> list[Event]:
    newest_first = (
        select(events.c.data)
        .where(events.c.sender_id == conversation)
        .order_by(events.c.id.desc())
        .limit(number)
    )
    found = connection.execute(newest_first).scalars().all()
    return list(deserialise_events([json.loads(data) for data in reversed(found)]))


def _row(conversation: str, event: Event) -> dict[str, Any]:
    described = event.as_dict()
    return {
        "sender_id": conversation,
        "type_name": event.type_name,
        "timestamp": described.get("timestamp"),
        "intent_name": described.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": described.get("name"),
        "data": json.dumps(described),
    }
