"""Notices that a user's number or business-scoped id has changed: their conversation stays.

Source: WhatsApp Business Platform, "System messages webhook reference" (2026-08). They come without
``contacts``, and about a scoped id alone without any telephone. Until then the field
``user_id_update`` was announced for the latter, and is understood as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.outcomes import Renamed
from channels.whatsapp.fields import items, mapping
from channels.whatsapp.people import identify


def renames_in_message(message: Mapping[str, Any], account: str) -> list[Renamed]:
    """What a message of type ``system`` says of who is who; nothing if it is about other things."""
    system = mapping(message.get("system"))
    new_number, new_id = system.get("wa_id") or system.get("new_wa_id"), system.get("user_id")
    old_number, old_id = system.get("customer"), system.get("previous_user_id")
    found = [
        *_renamed(account, old_number or message.get("from"), new_number),
        *_renamed(account, old_id or message.get("from_user_id"), new_id),
    ]
    return found or _renamed(account, message.get("from"), new_id)


def renames_in_update(value: Mapping[str, Any], account: str) -> list[Renamed]:
    """What a change of the field ``user_id_update`` says."""
    told = value.get("user_id_update")
    found: list[Renamed] = []
    for update in items(told) or [mapping(told) or value]:
        ids = mapping(mapping(update).get("user_id"))
        found += _renamed(account, ids.get("previous"), ids.get("current"))
    return found


def _renamed(account: str, old: Any, new: Any) -> list[Renamed]:
    """Every form of the old id: a number that was given up may be somebody else's soon."""
    former, current = identify(account, old), identify(account, new)
    if former is None or current is None:
        return []
    still = (current.sender, *current.also)
    return [
        Renamed(form, current.sender) for form in (former.sender, *former.also) if form not in still
    ]
