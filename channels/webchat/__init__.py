"""The web chat: a page, a widget for other pages, and the Socket.IO server behind both.

It speaks the protocol of Rasa's own web widgets, and an extension of it that loses nothing and
doubles nothing when the connection breaks. ``docs/webchat.md`` describes both.
"""

from channels.channel import Channel
from channels.webchat.channel import NAME, WebChat
from channels.webchat.settings import WebChatSettings, read

CHANNEL = Channel(name=NAME, title="Web chat", read=read, connect=WebChat)

__all__ = ["CHANNEL", "WebChat", "WebChatSettings"]
