"""What the responses of one turn become."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from bot.rendering import Rendered, new_choice_id, render
from channels.message import Attachment, Choice, Copyable, Link, OutgoingMessage

CODE = {"label": "Código", "text": "836200000015"}
PDF = {"id": "a1", "filename": "c.pdf", "media_type": "application/pdf", "description": "Conta"}
SITE = {"title": "Site", "url": "https://example.com"}
YES = {"title": "Sim", "payload": "/affirm"}
NO = {"title": "Não", "payload": "/deny", "description": "agora não"}


def rendered(*responses: dict[str, Any]) -> Rendered:
    numbers = itertools.count(1)
    return render(responses, lambda: f"c{next(numbers)}")


@pytest.mark.parametrize(
    ("responses", "messages"),
    [
        ([], []),
        ([{"text": ""}], []),
        ([{"text": "Oi"}], [OutgoingMessage("Oi")]),
        ([{"text": "Oi"}, {"text": "Tudo bem?"}], [OutgoingMessage("Oi\n\nTudo bem?")]),
        (
            [{"text": "Oi"}, {"text": "Código:", "custom": {"copyables": [CODE]}}],
            [OutgoingMessage("Oi\n\nCódigo:", copyables=(Copyable(**CODE),))],
        ),
        (
            [{"text": "Código:", "custom": {"copyables": [CODE]}}, {"text": "Mais?"}],
            [OutgoingMessage("Código:", copyables=(Copyable(**CODE),)), OutgoingMessage("Mais?")],
        ),
        (
            [
                {"custom": {"copyables": [CODE]}},
                {"custom": {"attachments": [PDF], "links": [SITE]}},
            ],
            [
                OutgoingMessage(
                    copyables=(Copyable(**CODE),),
                    attachments=(Attachment(**PDF),),
                    links=(Link(**SITE),),
                )
            ],
        ),
        (
            [{"custom": {"attachments": [PDF]}}, {"custom": {"copyables": [CODE]}}],
            [
                OutgoingMessage(attachments=(Attachment(**PDF),)),
                OutgoingMessage(copyables=(Copyable(**CODE),)),
            ],
        ),
        (
            [{"text": "Certo?", "buttons": [YES, NO]}],
            [
                OutgoingMessage(
                    "Certo?", choices=(Choice("c1", "Sim"), Choice("c2", "Não", "agora não"))
                )
            ],
        ),
        (
            [{"text": "A?", "buttons": [YES]}, {"text": "B?", "buttons": [NO]}],
            [
                OutgoingMessage(
                    "A?\n\nB?", choices=(Choice("c1", "Sim"), Choice("c2", "Não", "agora não"))
                )
            ],
        ),
        (
            [
                {"text": "A?", "buttons": [YES, NO], "custom": {"copyables": [CODE]}},
                {"text": "B?", "buttons": [{**YES, "title": "Claro"}]},
            ],
            [
                OutgoingMessage("A?", copyables=(Copyable(**CODE),)),
                OutgoingMessage(
                    "B?", choices=(Choice("c1", "Não", "agora não"), Choice("c2", "Claro"))
                ),
            ],
        ),
        ([{"buttons": [YES]}], [OutgoingMessage(choices=(Choice("c1", "Sim"),))]),
    ],
)
def test_responses_become_messages(
    responses: list[dict[str, Any]], messages: list[OutgoingMessage]
) -> None:
    assert list(rendered(*responses).messages) == messages


def test_payloads_stay_in_the_offers() -> None:
    result = rendered({"text": "Certo?", "buttons": [YES]})
    assert [(offer.id, offer.title, offer.payload) for offer in result.offers] == [
        ("c1", "Sim", "/affirm")
    ]
    assert "/affirm" not in str(result.messages)


def test_ids_are_short_and_differ() -> None:
    ids = {new_choice_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"c_[\w-]{22}", one) for one in ids)
