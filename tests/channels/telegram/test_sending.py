"""Sending over HTTP, to a server that enforces what Telegram does."""

from __future__ import annotations

import pytest

from channels.assistant import Content
from channels.calls import NotSent, Unanswered
from channels.message import Attachment, Choice, Copyable, OutgoingMessage
from channels.sending import Remedy, SendFailed
from channels.telegram import failures
from channels.telegram.api import ApiError
from channels.telegram.failures import RULES, failure_of, rule_of
from tests.channels.telegram.channel import RunningChannel, run_channel, to
from tests.servers.telegram import TelegramServer

PDF = Attachment("a1", "conta-março.pdf", "application/pdf", "Segunda via")
QR = Attachment("a2", "pix.png", "image/png", "QR Code")
PDF_BYTES, PNG_BYTES = b"%PDF-1.7 conta", b"\x89PNG qr"


@pytest.fixture
def documents(running: RunningChannel) -> RunningChannel:
    running.contents |= {
        "a1": Content(PDF.filename, PDF.media_type, PDF_BYTES),
        "a2": Content(QR.filename, QR.media_type, PNG_BYTES),
    }
    return running


async def test_a_message_arrives_with_its_buttons(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    message = OutgoingMessage(
        "Código de <março> & abril:",
        copyables=(Copyable("Copiar", "8364"),),
        choices=(Choice("c_1", "Pagar com Pix"),),
    )
    (sent,) = await running.tell(maria, message)
    (shown,) = maria.shown
    assert shown.text == message.text
    assert shown.copies == ["8364"]
    assert shown.titles == ["Pagar com Pix"]
    assert sent.provider_id == str(shown.message_id)
    maria.tap("Pagar com Pix")
    await telegram.until(lambda: not telegram.pending)
    assert running.recorder.accepted[-1].choice == "c_1"


async def test_a_document_and_a_photo_arrive_whole(
    documents: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    await documents.tell(maria, OutgoingMessage("Veja:", attachments=(PDF, QR)))
    text, document, photo = maria.shown
    assert text.text == "Veja:"
    assert (document.document, document.filename) == (PDF_BYTES, "conta-março.pdf")
    assert (photo.photo, photo.text) == (PNG_BYTES, "QR Code")


async def test_what_is_sent_again_is_not_uploaded_again(
    documents: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    message = OutgoingMessage("Veja:", attachments=(QR,), choices=(Choice("c_1", "Menu"),))
    for _ in range(3):
        await documents.tell(maria, message)
    assert telegram.uploads == 1
    assert [shown.photo for shown in maria.shown] == [PNG_BYTES] * 3
    telegram.forget_files()
    await documents.tell(maria, message)
    assert telegram.uploads == 2
    assert maria.shown[-1].photo == PNG_BYTES
    assert maria.shown[-1].titles == ["Menu"]


async def test_a_document_that_is_gone_is_given_up(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    with pytest.raises(SendFailed) as failed:
        await running.tell(telegram.customer(), OutgoingMessage(attachments=(PDF,)))
    assert failed.value.remedy is Remedy.GIVE_UP


async def test_markup_that_is_not_taken_goes_out_as_plain_text(
    documents: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    unparsed = "Bad Request: can't parse entities: Unsupported start tag"
    telegram.refuse("sendMessage", 400, unparsed)
    await documents.tell(maria, OutgoingMessage("1 < 2 & 3"))
    telegram.refuse("sendDocument", 400, unparsed)
    await documents.tell(maria, OutgoingMessage("a <b>", attachments=(PDF,)))
    assert [shown.text for shown in maria.shown] == ["1 < 2 & 3", "a <b>"]


async def test_working_is_shown_and_never_raises(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    await running.channel.sending.show_working(to(maria))
    assert maria.typing == 1
    telegram.refuse("sendChatAction", 429, "Too Many Requests: retry after 3", retry_after=3)
    await running.channel.sending.show_working(to(maria))
    telegram.break_off("sendChatAction")
    await running.channel.sending.show_working(to(maria))
    maria.blocked = True
    await running.channel.sending.show_working(to(maria))


@pytest.mark.parametrize(
    ("status", "description", "remedy"),
    [
        (400, "Bad Request: chat not found", Remedy.UNREACHABLE),
        (400, "Bad Request: PEER_ID_INVALID", Remedy.UNREACHABLE),
        (400, "Bad Request: group chat was upgraded to a supergroup chat", Remedy.UNREACHABLE),
        (400, "Bad Request: message is too long", Remedy.GIVE_UP),
        (400, "Bad Request: message text is empty", Remedy.GIVE_UP),
        (400, "Bad Request: BUTTON_DATA_INVALID", Remedy.GIVE_UP),
        (400, "Bad Request: reply markup is too long", Remedy.GIVE_UP),
        (400, "Bad Request: something that nobody has seen", Remedy.GIVE_UP),
        (401, "Unauthorized", Remedy.HOLD),
        (403, "Forbidden: bot was blocked by the user", Remedy.UNREACHABLE),
        (403, "Forbidden: user is deactivated", Remedy.UNREACHABLE),
        (403, "Forbidden: bot was kicked from the supergroup chat", Remedy.UNREACHABLE),
        (403, "Forbidden: bot can't initiate conversation with a user", Remedy.UNREACHABLE),
        (404, "Not Found", Remedy.HOLD),
        (409, "Conflict: terminated by other setWebhook", Remedy.RETRY),
        (413, "Request Entity Too Large", Remedy.GIVE_UP),
        (418, "I'm a teapot", Remedy.GIVE_UP),
        (429, "Too Many Requests: retry after 5", Remedy.RETRY),
        (500, "Internal Server Error", Remedy.RETRY),
        (502, "", Remedy.RETRY),
        (504, "Gateway Timeout", Remedy.RETRY),
    ],
)
async def test_what_helps_against_a_refusal(
    running: RunningChannel,
    telegram: TelegramServer,
    status: int,
    description: str,
    remedy: Remedy,
) -> None:
    telegram.refuse("sendMessage", status, f"{description} 529.982.247-25")
    with pytest.raises(SendFailed) as failed:
        await running.tell(telegram.customer(), OutgoingMessage("oi"))
    assert failed.value.remedy is remedy
    assert failed.value.reason.startswith(f"{status}: ")
    assert "529" not in failed.value.reason  # nothing of Telegram's words
    assert failed.value.after is None


async def test_the_delay_that_is_asked_for_is_passed_on(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    maria = telegram.customer()
    telegram.per_chat = 12.0
    await running.tell(maria, OutgoingMessage("um"))
    with pytest.raises(SendFailed) as failed:
        await running.tell(maria, OutgoingMessage("dois"))
    assert (failed.value.remedy, failed.value.after) == (Remedy.RETRY, 12.0)
    telegram.now += 12
    await running.tell(maria, OutgoingMessage("dois"))
    assert [shown.text for shown in maria.shown] == ["um", "dois"]


async def test_who_has_blocked_or_left_is_unreachable(
    running: RunningChannel, telegram: TelegramServer
) -> None:
    blocked, gone = telegram.customer("Maria"), telegram.customer("José")
    blocked.blocked, gone.deactivated = True, True
    for customer in (blocked, gone):
        with pytest.raises(SendFailed) as failed:
            await running.tell(customer, OutgoingMessage("oi"))
        assert failed.value.remedy is Remedy.UNREACHABLE


@pytest.mark.parametrize("after", [True, False])
async def test_a_connection_that_breaks_leaves_open_whether_it_was_sent(
    running: RunningChannel, telegram: TelegramServer, after: bool
) -> None:
    telegram.break_off("sendMessage", after)
    maria = telegram.customer()
    with pytest.raises(SendFailed) as failed:
        await running.tell(maria, OutgoingMessage("oi"))
    assert failed.value.remedy is Remedy.UNKNOWN
    assert len(maria.shown) == after
    assert running.channel.sending.echoes_keys is False


async def test_what_never_reached_telegram_may_be_sent_again() -> None:
    async with TelegramServer.open() as telegram:
        maria = telegram.customer()
    async with run_channel(telegram, started=False) as running:
        with pytest.raises(SendFailed) as failed:
            await running.tell(maria, OutgoingMessage("oi"))
    assert failed.value.remedy is Remedy.RETRY


def test_every_line_of_the_table_can_be_reached() -> None:
    for rule in RULES:
        assert rule_of(ApiError(rule.status, rule.words)) == rule
        assert rule.words == rule.words.lower()


def test_no_wait_is_longer_than_an_hour() -> None:
    failure = failure_of(ApiError(429, "", 1e9))
    assert failure.after == failures.LONGEST_WAIT


def test_failures_quote_nothing() -> None:
    told = [
        failure_of(ApiError(400, "Bad Request: segredo")),
        failure_of(NotSent("segredo")),
        failure_of(Unanswered("segredo")),
        ApiError(400, "Bad Request: segredo"),
    ]
    assert "segredo" not in " ".join(f"{one} {one!r}" for one in told)
