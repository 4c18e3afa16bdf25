"""Telegram: a bot of the Bot API, by webhook or by long polling.

``docs/telegram.md`` is the operator's guide.
"""

from channels.channel import Channel
from channels.telegram.channel import Telegram
from channels.telegram.checking import check
from channels.telegram.settings import Mode, TelegramSettings, read
from channels.telegram.updates import NAME

CHANNEL = Channel(name=NAME, title="Telegram", read=read, connect=Telegram, check=check)

__all__ = ["CHANNEL", "Mode", "Telegram", "TelegramSettings"]
