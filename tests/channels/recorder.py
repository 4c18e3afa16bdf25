"""An assistant that stores and answers nothing, for tests of what channels take in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channels.assistant import Acceptance, Content, Entry, IncomingMessage, Sender
from channels.sending import Receipt


class Recorder:
    """Implements ``Assistant`` and ``DeliveryRecord``."""

    def __init__(self) -> None:
        self.accepted: list[IncomingMessage] = []
        self.repeats = 0
        self.receipts: list[Receipt] = []
        self.blocked: list[Sender] = []
        self.renames: list[tuple[str, str]] = []
        self.faults: list[Exception] = []  # raised by the next calls, one each

    async def accept(self, message: IncomingMessage) -> Acceptance:
        if self.faults:
            raise self.faults.pop()
        known = {(one.sender, one.message_id) for one in self.accepted}
        if (message.sender, message.message_id) in known:
            self.repeats += 1
            return Acceptance.REPEATED
        self.accepted.append(message)
        return Acceptance.ACCEPTED

    async def transcript(self, sender: Sender, after: int = 0) -> Sequence[Entry]:
        return []

    def follow(self, sender: Sender, follower: Any) -> Any:
        return lambda: None

    async def attachment(self, sender: Sender, attachment_id: str) -> Content | None:
        return None

    async def receipt(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)

    async def unreachable(self, sender: Sender, reason: str) -> None:
        self.blocked.append(sender)

    async def renamed(self, old: Sender, new: Sender) -> None:
        self.renames.append((old.id, new.id))

    @property
    def texts(self) -> list[str | None]:
        return [message.text for message in self.accepted]
