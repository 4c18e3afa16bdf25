"""Sending over HTTP, to a server that enforces what the Cloud API does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.assistant import Content
from channels.calls import NotSent, Unanswered
from channels.message import Attachment, Choice, OutgoingMessage
from channels.sending import ReceiptStatus, Remedy, SendFailed
from channels.whatsapp import failures
from channels.whatsapp.failures import RULES, GraphError, error_in, failure_of
from tests.channels.whatsapp.channel import RunningChannel, run_channel, to
from tests.servers.whatsapp import BURST, WhatsAppServer

PDF = Attachment("a1", "conta-março.pdf", "application/pdf", "Segunda via")
QR = Attachment("a2", "pix.png", "image/png", "QR Code")
PDF_BYTES, PNG_BYTES = b"%PDF-1.7 conta", b"\x89PNG qr"
HELLO = OutgoingMessage("oi")


@pytest.fixture
def documents(running: RunningChannel) -> RunningChannel:
    running.contents |= {
        "a1": Content(PDF.filename, PDF.media_type, PDF_BYTES),
        "a2": Content(QR.filename, QR.media_type, PNG_BYTES),
    }
    return running


async def test_a_message_arrives_and_its_button_comes_back(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria = whatsapp.person()
    message = OutgoingMessage("Quer pagar?", choices=(Choice("c_1", "Pagar com Pix"),))
    (sent,) = await running.tell(maria, message)
    (shown,) = await maria.hears(1)
    assert (shown.text, shown.titles) == ("Quer pagar?", ["Pagar com Pix"])
    assert sent.provider_id == shown.id
    await maria.pick("Pagar com Pix")
    assert running.recorder.accepted[-1].choice == "c_1"


async def test_statuses_name_our_key(running: RunningChannel, whatsapp: WhatsAppServer) -> None:
    await running.tell(whatsapp.person(), HELLO)
    await whatsapp.until(lambda: len(whatsapp.deliveries) == 2)
    assert [(one.key, one.status) for one in running.recorder.receipts] == [
        ("key-1", ReceiptStatus.SENT),
        ("key-1", ReceiptStatus.DELIVERED),
    ]


async def test_a_document_and_a_picture_arrive_whole(
    documents: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria = whatsapp.person()
    await documents.tell(maria, OutgoingMessage("Veja:", attachments=(PDF, QR)))
    document, image = await maria.hears(2)
    assert (document.document, document.filename) == (PDF_BYTES, "conta-março.pdf")
    assert document.text == "Veja:"
    assert (image.image, image.text) == (PNG_BYTES, "QR Code")


async def test_a_document_above_buttons_arrives_whole(
    documents: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria = whatsapp.person()
    message = OutgoingMessage("Veja:", attachments=(PDF,), choices=(Choice("c_1", "Pix"),))
    await documents.tell(maria, message)
    (shown,) = await maria.hears(1)
    assert (shown.document, shown.filename, shown.titles) == (PDF_BYTES, PDF.filename, ["Pix"])


async def test_what_is_sent_again_is_not_uploaded_again(
    documents: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria = whatsapp.person()
    again = replace(QR, id="a3")
    documents.contents["a3"] = documents.contents["a2"]
    for attachment in (QR, QR, again):
        await documents.tell(maria, OutgoingMessage("Veja:", attachments=(attachment,)))
    assert whatsapp.uploads == 1
    whatsapp.forget_media()
    await documents.tell(maria, OutgoingMessage("Veja:", attachments=(QR,)))
    assert whatsapp.uploads == 2
    assert [shown.image for shown in maria.shown] == [PNG_BYTES] * 4


async def test_a_request_that_is_made_again_has_its_file_uploaded_anew(
    documents: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    """It failed with what was uploaded, and may have been told so by a status only."""
    sending, maria = documents.channel.sending, whatsapp.person()
    (request,) = sending.render(OutgoingMessage("Veja:", attachments=(QR,)))
    for key, uploads in (("a", 1), ("b", 1), ("b", 2), ("c", 2)):
        await sending.send(to(maria), request, key, documents.read)
        assert whatsapp.uploads == uploads


async def test_a_document_that_is_gone_is_given_up(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    with pytest.raises(SendFailed) as failed:
        await running.tell(whatsapp.person(), OutgoingMessage(attachments=(PDF,)))
    assert failed.value.remedy is Remedy.GIVE_UP


async def test_whoever_has_no_number_is_written_to_by_their_scoped_id(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    ana = whatsapp.person("Ana", phone=None)
    await running.tell(ana, HELLO)
    (shown,) = await ana.hears(1)
    assert shown.body["recipient"] == ana.user_id
    assert "to" not in shown.body


async def test_the_typing_indicator_marks_as_read_and_never_raises(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria = whatsapp.person()
    recipient = to(maria)
    await running.channel.sending.show_working(
        type(recipient)(recipient.sender, recipient.heard_at, "wamid.7")
    )
    assert maria.typing == 1
    await running.channel.sending.show_working(recipient)  # no id of WhatsApp's: refused
    assert maria.typing == 1


async def test_outside_of_the_window_nothing_goes_without_a_template(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    maria = whatsapp.person()
    with pytest.raises(SendFailed) as failed:
        await running.tell(maria, HELLO, hours_ago=24)
    assert failed.value.remedy is Remedy.GIVE_UP
    assert "24 horas" in failed.value.reason
    await running.tell(maria, HELLO, hours_ago=23.9)
    assert [shown.text for shown in maria.shown] == ["oi"]


async def test_outside_of_the_window_a_template_stands_for_the_first_message(
    whatsapp: WhatsAppServer,
) -> None:
    async with run_channel(whatsapp, template="clara_tem_resposta") as running:
        maria = whatsapp.person()
        await running.tell(maria, HELLO, hours_ago=30)
    (shown,) = maria.shown
    assert shown.body["template"] == {"name": "clara_tem_resposta", "language": {"code": "pt_BR"}}


async def test_where_meta_counts_the_window_otherwise_the_template_goes_out(
    whatsapp: WhatsAppServer,
) -> None:
    async with run_channel(whatsapp, template="clara_tem_resposta") as running:
        maria = whatsapp.person()
        whatsapp.refuse(131047)
        await running.tell(maria, HELLO)
    assert [shown.type for shown in maria.shown] == ["template"]


OF_EACH_CODE = {
    Remedy.RETRY: (
        1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 2494100, 133004,
    ),
    Remedy.ONCE_MORE: (131053,),
    Remedy.HOLD: (
        0, 3, 10, 190, *range(200, 300), 368, 131005, 131031, 131037, 131042, 131045, 131048,
        133010,
    ),
    Remedy.UNREACHABLE: (130403, 131026, 131030, 131050),
    Remedy.GIVE_UP: (
        33, 100, 130472, 130497, 131008, 131009, 131021, 131047, 131049, 131051, 131052, 131062,
        131063, 131064, *range(132000, 133000), 135000,
    ),
}  # fmt: skip
"""Meta, "Error codes" (2026-09)."""


@pytest.mark.parametrize("status", [400, 429, 500])
def test_a_code_decides_whatever_the_status_of_http(status: int) -> None:
    for remedy, codes in OF_EACH_CODE.items():
        for code in codes:
            assert failures.rule_of(GraphError(status, code)).remedy is remedy, code
    assert {code for rule in RULES for code in rule.codes} == {
        code for codes in OF_EACH_CODE.values() for code in codes
    }


@pytest.mark.parametrize(
    ("code", "status", "details", "remedy", "after"),
    [
        (131056, 400, "", Remedy.RETRY, 6.0),
        (130429, 429, "", Remedy.RETRY, 1.0),
        (131000, 500, "", Remedy.RETRY, None),
        (190, 401, "", Remedy.HOLD, None),
        (10, 403, "", Remedy.HOLD, None),
        (200, 403, "", Remedy.HOLD, None),
        (131042, 400, "", Remedy.HOLD, None),
        (131047, 400, "", Remedy.GIVE_UP, None),
        (131009, 400, "", Remedy.GIVE_UP, None),
        (100, 400, "", Remedy.GIVE_UP, None),
        (100, 400, "Object with ID '1' does not exist", Remedy.HOLD, None),
        (131026, 400, "", Remedy.UNREACHABLE, None),
        (131050, 400, "", Remedy.UNREACHABLE, None),
        (132001, 404, "", Remedy.GIVE_UP, None),
        (999999, 400, "", Remedy.GIVE_UP, None),
        (999999, 503, "", Remedy.RETRY, None),
    ],
)
async def test_a_refusal_says_what_helps(
    running: RunningChannel,
    whatsapp: WhatsAppServer,
    code: int,
    status: int,
    details: str,
    remedy: Remedy,
    after: float | None,
) -> None:
    whatsapp.refuse(code, details, status)
    with pytest.raises(SendFailed) as failed:
        await running.tell(whatsapp.person(), HELLO)
    assert (failed.value.remedy, failed.value.after) == (remedy, after)
    assert str(code) in failed.value.reason
    assert "refused" not in failed.value.reason


async def test_too_many_to_one_person_are_held_back(
    running: RunningChannel, whatsapp: WhatsAppServer
) -> None:
    whatsapp.limits_pairs = True
    maria, jose = whatsapp.person("Maria"), whatsapp.person("José")
    for _ in range(BURST):
        await running.tell(maria, HELLO)
    with pytest.raises(SendFailed) as failed:
        await running.tell(maria, HELLO)
    assert failed.value.remedy is Remedy.RETRY
    await running.tell(jose, HELLO)
    whatsapp.now += 6
    await running.tell(maria, HELLO)


@pytest.mark.parametrize("after", [True, False])
async def test_a_connection_that_breaks_leaves_it_open(
    running: RunningChannel, whatsapp: WhatsAppServer, after: bool
) -> None:
    maria = whatsapp.person()
    whatsapp.break_off(after=after)
    with pytest.raises(SendFailed) as failed:
        await running.tell(maria, HELLO)
    assert failed.value.remedy is Remedy.UNKNOWN
    assert len(maria.shown) == int(after)


async def test_a_server_that_cannot_be_reached_is_tried_again(whatsapp: WhatsAppServer) -> None:
    async with run_channel(whatsapp, graph_url="http://127.0.0.1:9") as running:
        with pytest.raises(SendFailed) as failed:
            await running.tell(whatsapp.person(), HELLO)
    assert failed.value.remedy is Remedy.RETRY


def test_every_line_of_the_table_can_be_reached() -> None:
    for rule in RULES:
        code = min(rule.codes)
        found = failures.rule_of(GraphError(400, code, rule.words))
        assert found.remedy is rule.remedy, rule.reason


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 1}', b'{"error": {}}', b"1"])
def test_a_page_of_a_gateway_is_an_error_too(body: bytes) -> None:
    assert failure_of(error_in(502, body)).remedy is Remedy.RETRY
    assert failure_of(error_in(400, body)).remedy is Remedy.GIVE_UP


def test_what_never_arrived_is_tried_again_and_what_may_have_is_not() -> None:
    assert failure_of(NotSent("x")).remedy is Remedy.RETRY
    assert failure_of(Unanswered("x")).remedy is Remedy.UNKNOWN
