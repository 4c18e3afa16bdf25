"""WhatsApp: one number of the Cloud API.

``docs/whatsapp.md`` is the operator's guide.
"""

from channels.channel import Channel
from channels.whatsapp.channel import WhatsApp
from channels.whatsapp.checking import check
from channels.whatsapp.people import NAME
from channels.whatsapp.settings import WhatsAppSettings, read

CHANNEL = Channel(name=NAME, title="WhatsApp", read=read, connect=WhatsApp, check=check)

__all__ = ["CHANNEL", "WhatsApp", "WhatsAppSettings"]
