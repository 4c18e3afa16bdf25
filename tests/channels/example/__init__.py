"""A channel as small as one can be: what ``docs/new-channel.md`` walks through.

Its provider is invented. It calls us with signed events, one at a time, and takes messages with a
text, buttons and a file.
"""

from channels.channel import Channel
from tests.channels.example.checking import check
from tests.channels.example.connector import NAME, Example
from tests.channels.example.settings import read

CHANNEL = Channel(name=NAME, title="Exemplo", read=read, connect=Example, check=check)
