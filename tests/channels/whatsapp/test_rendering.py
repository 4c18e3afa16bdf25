"""From neutral messages to the Cloud API's: one where possible, within its limits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.message import Attachment, Choice, Copyable, Link, OutgoingMessage
from channels.whatsapp.rendering import ASK_TO_PICK, OPEN_LIST, render
from tests.servers.whatsapp import check

PDF = Attachment("a1", "conta.pdf", "application/pdf", "Segunda via da conta de março/2026")
QR = Attachment("a2", "pix.png", "image/png", "QR Code do Pix da conta de março/2026")
LINE = Copyable("código de barras", "836400000014874000570001000000001234567890123456")
PIX = Copyable("Pix copia e cola", "000201" + "5" * 300)
YES_NO = (Choice("c_1", "Sim"), Choice("c_2", "Não"))


def menu(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"c_{n}", f"Serviço {n}") for n in range(count))


def test_a_text_is_one_message_and_shows_no_preview() -> None:
    (request,) = render(OutgoingMessage("Olá!"))
    assert request == {
        "type": "text",
        "text": {"body": "Olá!", "preview_url": False},
        "leads": True,
    }


def test_nothing_to_show_is_no_message() -> None:
    assert list(render(OutgoingMessage())) == []


def test_up_to_three_choices_are_buttons() -> None:
    (request,) = render(OutgoingMessage("Confirma?", choices=YES_NO))
    interactive = request["interactive"]
    assert interactive["type"] == "button"
    assert interactive["body"]["text"] == "Confirma?"
    assert interactive["action"]["buttons"] == [
        {"type": "reply", "reply": {"id": "c_1", "title": "Sim"}},
        {"type": "reply", "reply": {"id": "c_2", "title": "Não"}},
    ]


def test_up_to_ten_choices_are_a_list() -> None:
    (request,) = render(OutgoingMessage("Escolha:", choices=menu(10)))
    interactive = request["interactive"]
    assert interactive["type"] == "list"
    assert interactive["action"]["button"] == OPEN_LIST
    (section,) = interactive["action"]["sections"]
    assert [row["id"] for row in section["rows"]] == [f"c_{n}" for n in range(10)]


def test_more_choices_are_numbered() -> None:
    (request,) = render(OutgoingMessage("Escolha:", choices=menu(11)))
    assert request["type"] == "text"
    assert "11. Serviço 10" in request["text"]["body"]


def test_a_title_too_long_for_a_button_makes_a_list() -> None:
    choices = (Choice("c_1", "Segunda via da conta de março/2026"), Choice("c_2", "Menu"))
    (request,) = render(OutgoingMessage("Qual?", choices=choices))
    first, second = request["interactive"]["action"]["sections"][0]["rows"]
    assert len(first["title"]) <= 24
    assert first["description"] == "Segunda via da conta de março/2026"
    assert second == {"id": "c_2", "title": "Menu"}


def test_a_choice_that_no_row_has_room_for_is_whole_in_the_text() -> None:
    street = "Travessa Francisco Caldeira Castelo Branco, Conjunto Residencial das Mangueiras"
    choices = (
        Choice("c_1", f"{street}, 12"),
        Choice("c_2", f"{street}, 34"),
        Choice("c_3", "Menu"),
    )
    (request,) = render(OutgoingMessage("Qual?", choices=choices))
    body = request["interactive"]["body"]["text"]
    assert body == f"Qual?\n\n1. {street}, 12\n2. {street}, 34\n3. Menu"
    rows = request["interactive"]["action"]["sections"][0]["rows"]
    assert [row["title"] for row in rows] == [
        "1. Travessa Francisco…",
        "2. Travessa Francisco…",
        "3. Menu",
    ]


def test_the_same_title_twice_makes_a_list() -> None:
    choices = (Choice("c_1", "Março"), Choice("c_2", "Março"))
    (request,) = render(OutgoingMessage("Qual?", choices=choices))
    assert request["interactive"]["type"] == "list"


def test_a_document_takes_text_and_buttons() -> None:
    (request,) = render(OutgoingMessage("Pronto.", attachments=(PDF,), choices=YES_NO))
    assert request["attachment"] == "a1"
    assert request["interactive"]["header"] == {
        "type": "document",
        "document": {"filename": "conta.pdf"},
    }
    assert request["interactive"]["body"]["text"] == "Pronto."


def test_a_document_without_choices_takes_the_text_for_its_caption() -> None:
    (request,) = render(OutgoingMessage("Pronto.", attachments=(PDF,)))
    assert request["type"] == "document"
    assert request["document"] == {"filename": "conta.pdf", "caption": "Pronto."}


def test_a_list_has_no_document_above_it() -> None:
    first, second = render(OutgoingMessage("Pronto.", attachments=(PDF,), choices=menu(5)))
    assert first["interactive"]["type"] == "list"
    assert second["type"] == "document"


def test_codes_stand_alone_and_last() -> None:
    message = OutgoingMessage("Pague:", copyables=(LINE, PIX), attachments=(QR,), choices=YES_NO)
    first, line, pix = render(message)
    assert first["interactive"]["header"]["type"] == "image"
    assert "código de barras, Pix copia e cola" in first["interactive"]["body"]["text"]
    assert line["text"]["body"] == LINE.text
    assert pix["text"]["body"] == PIX.text


def test_one_link_is_a_button() -> None:
    link = Link("Abrir a página", "https://www.luzdonorte.example/conta")
    (request,) = render(OutgoingMessage("Veja:", links=(link,)))
    assert request["interactive"]["action"]["parameters"] == {
        "display_text": "Abrir a página",
        "url": link.url,
    }


def test_a_link_beside_choices_is_written_out() -> None:
    link = Link("Página", "https://www.luzdonorte.example")
    (request,) = render(OutgoingMessage("Veja:", links=(link,), choices=YES_NO))
    assert f"Página: {link.url}" in request["interactive"]["body"]["text"]


def test_choices_without_words_are_asked_for() -> None:
    (request,) = render(OutgoingMessage(choices=YES_NO))
    assert request["interactive"]["body"]["text"] == ASK_TO_PICK


def test_a_text_too_long_for_buttons_goes_before_them() -> None:
    text = "\n\n".join(f"Parágrafo {n}. " + "palavra " * 40 for n in range(8))
    *before, last = render(OutgoingMessage(text, choices=YES_NO))
    assert last["interactive"]["type"] == "button"
    said = [one["text"]["body"] for one in before] + [last["interactive"]["body"]["text"]]
    assert " ".join(" ".join(said).split()) == " ".join(text.split())


words = st.text(min_size=1, max_size=60).filter(lambda text: text.strip())
texts = st.one_of(st.just(""), words, st.text(max_size=9_000))
messages = st.builds(
    OutgoingMessage,
    text=texts,
    copyables=st.lists(st.builds(Copyable, words, words), max_size=3).map(tuple),
    attachments=st.lists(st.sampled_from([PDF, QR]), max_size=2).map(tuple),
    links=st.lists(
        st.builds(Link, words, st.sampled_from(["https://a.example/x", "http://localhost/x"])),
        max_size=2,
    ).map(tuple),
    choices=st.lists(words, max_size=14).map(
        lambda titles: tuple(Choice(f"c_{n}", title) for n, title in enumerate(titles))
    ),
)


@given(messages)
def test_every_message_fits_the_limits(message: OutgoingMessage) -> None:
    for request in render(message):
        body = {
            name: value for name, value in request.items() if name not in ("leads", "attachment")
        }
        check({"messaging_product": "whatsapp", "to": "+5591980000001", **body})
