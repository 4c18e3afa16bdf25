"""What every channel has to do, whatever its provider: the suite that each one passes.

``test_contract.py`` runs it for every registered channel. Of each it takes one file, a ``Player``
``tests/channels/<name>/under_test.py``: the channel, its own server and its provider, over real
connections. See ``docs/new-channel.md``.
"""

from __future__ import annotations

import json
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from bot.rendering import render
from channels.assistant import Content, IncomingMessage, Medium
from channels.message import Attachment, Choice, Copyable, Link, OutgoingMessage
from channels.sending import SendingChannel
from tests.channels.longest import everything, pairs

MENU = Choice("c_AAAAAAAAAAAAAAAAAAAAAA", "Ver os serviços")
PERSON = Choice("c_BBBBBBBBBBBBBBBBBBBBBB", "Falar com uma pessoa")
LINE = Copyable("Código de barras de março/2026", "8364000000148740005700010000000012345678901234")
PDF = Attachment("contract-pdf", "conta.pdf", "application/pdf", "Segunda via da conta")
PDF_BYTES = b"%PDF-1.7 a bill"
SITE = Link("Abrir o site", "https://www.luz.example/contas?mes=3&ano=2026")

_SAMPLED = 23  # of three thousand messages, most of which differ in a code only
NONSENSE = (b"", b"{", b"\xff\xfe", b"[]", b"null", b"5", b'{"a":' * 5_000, b"[" * 90_000)


@dataclass(frozen=True)
class Seen:
    """What a customer sees of what Clara says, over all its bubbles."""

    text: str  # captions and names of what can be opened included
    titles: list[str]  # of choices that can be picked in one tap
    copyables: list[str]
    files: list[bytes]


def content_of(attachment: Attachment) -> Content:
    """What is kept of an attachment of these tests."""
    return Content(attachment.filename, attachment.media_type, PDF_BYTES)


class ChannelUnderTest(Protocol):
    """One channel, one customer, and the provider between them."""

    media: frozenset[Medium]
    """What customers can send beside text."""

    sending: SendingChannel | None
    """Its sending half; none if it shows what it is told over an open connection."""

    @property
    def accepted(self) -> list[IncomingMessage]:
        """What has reached the assistant, in order."""

    def break_storing(self, times: int) -> None:
        """Let the assistant fail to store that often."""

    async def say(self, text: str) -> None:
        """A text of the customer's; returns once the provider has got rid of it."""

    async def repeat(self) -> None:
        """The provider delivers the same again."""

    async def send(self, medium: Medium, caption: str = "") -> None:
        """Something else than a text; returns once the provider has got rid of it."""

    async def pick(self, title: str) -> None:
        """Tap on what was offered under this title."""

    async def forge(self, text: str) -> None:
        """Somebody else says it in the customer's name, without what the provider proves."""

    async def deliver(self, body: bytes) -> int:
        """The provider delivers this; returns a status as of HTTP."""

    async def show(self, message: OutgoingMessage) -> Seen:
        """Clara says something."""


class Player(Protocol):
    """What ``tests/channels/<name>/under_test.py`` has."""

    VARIABLES: dict[str, str]
    """All that an operator has to set; as short as it can be."""

    def open_channel(self) -> AbstractAsyncContextManager[ChannelUnderTest]:
        """One channel, freshly set up."""


def player_of(name: str) -> Player:
    """The player of a channel of that name."""
    return cast("Player", import_module(f"tests.channels.{name}.under_test"))


class ChannelContract:
    """The suite; ``channel`` is a fixture of the class that inherits it."""

    async def test_what_a_customer_says_is_accepted_as_it_is(
        self, channel: ChannelUnderTest
    ) -> None:
        for text in ("quero a 2ª via 😕", "meu cpf:\n529.982.247-25", "<b>&amp;</b> *oi* _oi_"):
            await channel.say(text)
            assert channel.accepted[-1].text == text
        one, *others = channel.accepted
        assert {message.sender for message in others} == {one.sender}
        assert len({message.message_id for message in channel.accepted}) == 3
        assert all(message.sent_at.utcoffset() is not None for message in channel.accepted)

    async def test_a_repeat_is_recognised(self, channel: ChannelUnderTest) -> None:
        await channel.say("oi")
        await channel.repeat()
        await channel.say("oi")  # said twice is no repeat
        assert [message.text for message in channel.accepted] == ["oi", "oi"]

    async def test_what_cannot_be_stored_is_delivered_again_in_order(
        self, channel: ChannelUnderTest
    ) -> None:
        channel.break_storing(times=2)
        await channel.say("um")
        await channel.say("dois")
        assert [message.text for message in channel.accepted] == ["um", "dois"]

    async def test_nobody_speaks_in_anothers_name(self, channel: ChannelUnderTest) -> None:
        await channel.say("sou eu")
        (victim,) = {message.sender for message in channel.accepted}
        await channel.forge("minha segunda via")
        assert [one.text for one in channel.accepted if one.sender == victim] == ["sou eu"]

    async def test_nonsense_harms_nobody(self, channel: ChannelUnderTest) -> None:
        for body in NONSENSE:
            assert await channel.deliver(body) < 500
        assert channel.accepted == []
        await channel.say("e depois?")
        assert [message.text for message in channel.accepted] == ["e depois?"]

    async def test_what_is_no_text_is_named(self, channel: ChannelUnderTest) -> None:
        for medium in sorted(channel.media):
            await channel.send(medium)
            message = channel.accepted[-1]
            assert (message.medium, message.text, message.choice) == (medium, None, None)

    async def test_words_with_a_picture_are_kept(self, channel: ChannelUnderTest) -> None:
        if Medium.IMAGE in channel.media:
            await channel.send(Medium.IMAGE, "essa é a conta")
            assert channel.accepted[-1].caption == "essa é a conta"

    async def test_what_is_offered_can_be_picked(self, channel: ChannelUnderTest) -> None:
        await channel.say("oi")
        seen = await channel.show(OutgoingMessage("Escolha:", choices=(MENU, PERSON)))
        assert seen.titles == [MENU.title, PERSON.title]
        await channel.pick(PERSON.title)
        message = channel.accepted[-1]
        assert (message.choice, message.text) == (PERSON.id, None)
        assert message.sender == channel.accepted[0].sender

    async def test_everything_a_message_holds_is_shown(self, channel: ChannelUnderTest) -> None:
        await channel.say("oi")
        seen = await channel.show(
            OutgoingMessage(
                "Aqui está: 1 < 2 & *tudo*",
                copyables=(LINE,),
                attachments=(PDF,),
                links=(SITE,),
                choices=(MENU,),
            )
        )
        assert "Aqui está: 1 < 2 & *tudo*" in seen.text
        assert SITE.title in seen.text
        assert seen.copyables == [LINE.text]
        assert seen.files == [PDF_BYTES]
        assert seen.titles == [MENU.title]

    async def test_the_longest_that_clara_says_is_shown_whole(
        self, channel: ChannelUnderTest
    ) -> None:
        await channel.say("oi")
        for message in everything()[::_SAMPLED]:
            seen = await channel.show(message)
            assert _unspaced(message.text) in _unspaced(seen.text), message.text
            assert sorted(seen.copyables) == sorted(one.text for one in message.copyables)
            assert len(seen.files) == len(message.attachments)
            for choice in message.choices:
                assert _unspaced(choice.title) in _unspaced(seen.text + "".join(seen.titles))

    async def test_what_two_responses_offer_together_is_all_offered(
        self, channel: ChannelUnderTest
    ) -> None:
        await channel.say("oi")
        for responses in pairs():
            rendered = render(responses)
            payloads = [one["payload"] for said in responses for one in said.get("buttons") or ()]
            assert {offer.payload for offer in rendered.offers} == set(payloads)
            seen = [await channel.show(message) for message in rendered.messages]
            offered = _unspaced(seen[-1].text + "".join(seen[-1].titles))
            for offer in rendered.offers:
                assert _unspaced(offer.title) in offered, [said["text"] for said in responses]

    async def test_requests_keep_whatever_clara_says(self, channel: ChannelUnderTest) -> None:
        """They are stored before they are sent, and may be sent twice."""
        if channel.sending is None:
            return
        for message in everything()[::_SAMPLED]:
            requests = list(channel.sending.render(message))
            assert requests
            assert json.loads(json.dumps(requests)) == requests
            assert list(channel.sending.render(message)) == requests


def _unspaced(text: str) -> str:
    return "".join(text.split())
