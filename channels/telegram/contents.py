"""What a Telegram message can hold beside text, and what of it customers mean as a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.assistant import Medium

MEDIA: dict[str, Medium] = {
    "voice": Medium.AUDIO,
    "audio": Medium.AUDIO,
    "video": Medium.VIDEO,
    "video_note": Medium.VIDEO,
    "animation": Medium.VIDEO,  # before "document", which it comes with
    "live_photo": Medium.IMAGE,
    "photo": Medium.IMAGE,
    "sticker": Medium.STICKER,
    "venue": Medium.LOCATION,
    "location": Medium.LOCATION,
    "contact": Medium.CONTACT,
    "document": Medium.DOCUMENT,
}
"""By the key that holds it, the telling one first."""

SERVICE = frozenset(
    {
        "new_chat_members", "new_chat_member", "new_chat_participant", "left_chat_member",
        "left_chat_participant", "new_chat_title", "new_chat_photo", "delete_chat_photo",
        "group_chat_created", "supergroup_chat_created", "channel_chat_created",
        "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id",
        "pinned_message", "successful_payment", "refunded_payment", "users_shared", "user_shared",
        "chat_shared", "connected_website", "write_access_allowed", "passport_data",
        "proximity_alert_triggered", "boost_added", "chat_background_set", "chat_owner_left",
        "chat_owner_changed", "checklist_tasks_done", "checklist_tasks_added",
        "direct_message_price_changed", "paid_message_price_changed", "forum_topic_created",
        "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
        "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created",
        "giveaway", "giveaway_winners", "giveaway_completed", "gift", "unique_gift",
        "gift_upgrade_sent", "suggested_post_approved", "suggested_post_approval_failed",
        "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded",
        "video_chat_scheduled", "video_chat_started", "video_chat_ended",
        "video_chat_participants_invited", "voice_chat_scheduled", "voice_chat_started",
        "voice_chat_ended", "voice_chat_participants_invited", "web_app_data",
    }
)  # fmt: skip
"""Notices of Telegram's about the chat: nobody said anything."""


def medium_of(message: Mapping[str, Any]) -> Medium | None:
    """What a message without text is; ``None`` for a notice.

    What Telegram invents after this was written is somebody's message until we know better.
    """
    for key, medium in MEDIA.items():
        if message.get(key):
            return medium
    return None if any(key in message for key in SERVICE) else Medium.OTHER
