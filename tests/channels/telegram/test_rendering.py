"""From neutral messages to calls: one where possible, within Telegram's limits."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from channels.message import Attachment, Choice, Copyable, Link, OutgoingMessage
from channels.telegram.html import code, escape, plain, utf16_length
from channels.telegram.rendering import ASK_TO_PICK, CAPABILITIES, render

PDF = Attachment("a1", "conta.pdf", "application/pdf", "Segunda via da conta de março/2026")
QR = Attachment("a2", "pix.png", "image/png", "QR Code do Pix da conta de março/2026")
LINE = Copyable(
    "Código de barras de março/2026", "836400000014874000570001000000001234567890123456"
)
LONG_PIX = Copyable("Pix copia e cola de março/2026", "0" * 257)


def keyboard(request: Any) -> list[dict[str, Any]]:
    rows = request["parameters"].get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def text_of(request: Any) -> str:
    parameters = request["parameters"]
    return plain(parameters.get("text", parameters.get("caption", "")))


def test_a_text_is_one_message_and_shows_no_preview() -> None:
    (request,) = render(OutgoingMessage("Olá!"))
    assert request == {
        "method": "sendMessage",
        "parameters": {
            "text": "Olá!",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
    }


def test_nothing_to_show_is_no_message() -> None:
    assert list(render(OutgoingMessage())) == []


def test_what_is_said_is_never_markup() -> None:
    (request,) = render(OutgoingMessage("Use <b> & </code> em R$ 1.234,56 - 2ª via!"))
    assert (
        request["parameters"]["text"]
        == "Use &lt;b&gt; &amp; &lt;/code&gt; em R$ 1.234,56 - 2ª via!"
    )


def test_text_code_and_choices_share_one_message() -> None:
    choices = (Choice("c_1", "Pagar com Pix"), Choice("c_2", "Ver os serviços"))
    (request,) = render(OutgoingMessage("Aqui está:", copyables=(LINE,), choices=choices))
    assert keyboard(request) == [
        {"text": LINE.label, "copy_text": {"text": LINE.text}},
        {"text": "Pagar com Pix", "callback_data": "c_1"},
        {"text": "Ver os serviços", "callback_data": "c_2"},
    ]


def test_a_document_takes_text_and_buttons() -> None:
    message = OutgoingMessage("Pronto.", attachments=(PDF,), choices=(Choice("c_1", "Pix"),))
    (request,) = render(message)
    assert (request["method"], request["attachment"]) == ("sendDocument", "a1")
    assert text_of(request) == "Pronto."
    assert [button["text"] for button in keyboard(request)] == ["Pix"]


def test_a_qr_code_is_a_photo_with_its_code_below() -> None:
    pix = Copyable("Pix copia e cola", "000201" + "5" * 250)
    (request,) = render(OutgoingMessage("Pague:", copyables=(pix,), attachments=(QR,)))
    assert request["method"] == "sendPhoto"
    assert keyboard(request) == [{"text": pix.label, "copy_text": {"text": pix.text}}]


def test_an_attachment_without_text_is_described() -> None:
    (request,) = render(OutgoingMessage(attachments=(PDF,)))
    assert text_of(request) == PDF.description


def test_several_attachments_are_each_described() -> None:
    message = OutgoingMessage("Aqui estão.", attachments=(PDF, QR), choices=(Choice("c", "Pix"),))
    text, document, photo = render(message)
    assert text_of(text) == "Aqui estão."
    assert [text_of(document), text_of(photo)] == [PDF.description, QR.description]
    assert [bool(keyboard(one)) for one in (text, document, photo)] == [False, False, True]


def test_a_code_too_long_for_a_button_is_alone_in_its_message() -> None:
    message = OutgoingMessage(
        "Pague:", copyables=(LONG_PIX,), attachments=(QR,), choices=(Choice("c_1", "Menu"),)
    )
    text, label, pix, photo = render(message)
    assert (text_of(text), text_of(label)) == ("Pague:", f"{LONG_PIX.label}:")
    assert pix["parameters"]["text"] == f"<code>{LONG_PIX.text}</code>"
    assert keyboard(photo) == [{"text": "Menu", "callback_data": "c_1"}]


def test_a_text_too_long_for_a_caption_goes_before_the_document() -> None:
    text, document = render(OutgoingMessage("Uma frase. " * 100, attachments=(PDF,)))
    assert text["method"] == "sendMessage"
    assert text_of(document) == PDF.description


def test_a_long_text_is_split_and_its_buttons_stand_last() -> None:
    requests = render(OutgoingMessage("Uma frase. " * 500, choices=(Choice("c_1", "Menu"),)))
    assert len(requests) == 2
    assert [len(keyboard(request)) for request in requests] == [0, 1]


def test_descriptions_have_no_room_on_a_button_and_go_into_the_text() -> None:
    choices = (
        Choice("c_1", "março/2026", "R$ 187,40, vence em 12/03/2026"),
        Choice("c_2", "abril/2026", "R$ 90,00, vence em 12/04/2026"),
        Choice("c_3", "Ver os serviços"),
    )
    (request,) = render(OutgoingMessage("Qual delas?", choices=choices))
    assert text_of(request) == (
        "Qual delas?\n\n"
        "• março/2026: R$ 187,40, vence em 12/03/2026\n"
        "• abril/2026: R$ 90,00, vence em 12/04/2026"
    )
    titles = [button["text"] for button in keyboard(request)]
    assert titles == ["março/2026", "abril/2026", "Ver os serviços"]


def test_a_long_title_is_whole_in_the_text() -> None:
    street = "Travessa Francisco Caldeira Castelo Branco"
    choices = (Choice("c_1", f"{street}, 1234"), Choice("c_2", f"{street}, 5678", "fundos"))
    (request,) = render(OutgoingMessage("Qual?", choices=choices))
    assert f"1. {street}, 1234\n2. {street}, 5678: fundos" in text_of(request)
    assert [button["text"] for button in keyboard(request)] == [
        "1. Travessa Francisco Caldeira Castelo…",
        "2. Travessa Francisco Caldeira Castelo…",
    ]


def test_more_choices_than_buttons_are_numbered() -> None:
    choices = tuple(Choice(f"c_{number}", f"Conta {number}") for number in range(1, 121))
    (request,) = render(OutgoingMessage("Qual?", choices=choices))
    assert keyboard(request) == []
    assert "120. Conta 120" in text_of(request)


def test_choices_without_a_text_get_one() -> None:
    (request,) = render(OutgoingMessage(choices=(Choice("c_1", "Menu"),)))
    assert text_of(request) == ASK_TO_PICK


def test_a_public_link_is_a_button_and_one_of_this_machine_is_not() -> None:
    links = (
        Link("Site", "https://www.luz.example/a?b=1&c=2"),
        Link("Mail", "http://localhost:80/"),
    )
    (request,) = render(OutgoingMessage("Veja:", links=links))
    assert keyboard(request) == [{"text": "Site", "url": "https://www.luz.example/a?b=1&c=2"}]
    assert text_of(request) == "Veja:\n\nMail: http://localhost:80/"


@given(st.text())
def test_escaping_can_be_undone(text: str) -> None:
    assert plain(escape(text)) == text
    assert plain(code(text)) == text
    assert not {"<", ">"} & set(escape(text))


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300).filter(str.strip)


@given(
    st.builds(
        OutgoingMessage,
        text=st.one_of(st.text(max_size=50), st.text("a. \n💡", max_size=9_000)),
        copyables=st.lists(st.builds(Copyable, words, words), max_size=3).map(tuple),
        attachments=st.lists(st.sampled_from([PDF, QR]), max_size=3).map(tuple),
        links=st.lists(st.builds(Link, words, st.just("https://a.example")), max_size=2).map(tuple),
        choices=st.lists(
            st.builds(Choice, st.just("c_1"), words, st.text(max_size=100)), max_size=12
        ).map(tuple),
    )
)
def test_whatever_is_said_keeps_to_the_limits(message: OutgoingMessage) -> None:
    requests = render(message)
    for request in requests:
        limit = CAPABILITIES.text if request["method"] == "sendMessage" else CAPABILITIES.caption
        assert utf16_length(text_of(request)) <= limit
        assert request["method"] != "sendMessage" or text_of(request).strip()
        for button in keyboard(request):
            assert 1 <= utf16_length(button["text"]) <= CAPABILITIES.button_title
            if "copy_text" in button:
                assert 1 <= utf16_length(button["copy_text"]["text"]) <= CAPABILITIES.copy_text
    assert sum(len(keyboard(request)) for request in requests[:-1]) == 0
    shown = [request["attachment"] for request in requests if "attachment" in request]
    assert shown == [attachment.id for attachment in message.attachments]
    picked = (
        [one["callback_data"] for one in keyboard(requests[-1]) if "callback_data" in one]
        if (requests)
        else []
    )
    assert picked == [choice.id for choice in message.choices]
