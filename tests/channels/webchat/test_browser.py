"""The page and the widget in a real browser, against the real server."""

# mypy: disable-error-code="no-untyped-call"
# Selenium types only half of itself.

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from channels.assistant import Content, IncomingMessage
from channels.message import Attachment, Choice, Copyable, Link, OutgoingMessage
from tests.channels.webchat.assistant import ScriptedAssistant
from tests.channels.webchat.clock import Clock
from tests.channels.webchat.widget import Widget
from tests.servers.accessibility import violations
from tests.servers.browser import open_browser
from tests.servers.webchat import WebChatServer, serve_webchat

PIX = "00020126580014br.gov.bcb.pix0136  dois  espaços ***6304A1B2"
PDF = b"%PDF-1.4\n" + bytes(range(256))
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8"
    "ffff3f0005fe02fea735819b0000000049454e44ae426082"
)
MONTHS = (
    Choice("c_1", "março/2026", "R$ 187,40, vence em 20/03/2026"),
    Choice("c_2", "abril/2026", "R$ 203,15, vence em 20/04/2026"),
)
OFFER = OutgoingMessage("Qual conta?", choices=MONTHS)
PAYMENT = OutgoingMessage("Aqui está.", copyables=(Copyable("Pix copia e cola", PIX),))
RICH = OutgoingMessage(
    "Conta de março/2026: R$ 187,40. Detalhes em https://example.com/conta.",
    copyables=(Copyable("Pix copia e cola", PIX),),
    attachments=(
        Attachment("pdf", "conta março.pdf", "application/pdf", "2ª via de março/2026"),
        Attachment("qr", "pix.png", "image/png", "QR Code do Pix de março/2026"),
    ),
    links=(Link("Agência", "https://example.com/"), Link("Truque", "javascript:alert(1)")),
    choices=MONTHS,
)
EXPECTED = (  # what the browser itself logs of servers that stop and links that expire
    "net::ERR_",
    "WebSocket connection to",
    "status of 404",
    "status of 410",
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with open_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def downloads(chromium: Chrome, tmp_path: Path) -> Path:
    folder = {"behavior": "allow", "downloadPath": str(tmp_path)}
    chromium.execute_cdp_cmd("Browser.setDownloadBehavior", folder)
    return tmp_path


@pytest.fixture
def browser(chromium: Chrome) -> Iterator[Chrome]:
    """One tab of a desktop screen; every server has an origin, and so a storage, of its own."""
    screen(chromium, 1280, 800)
    chromium.get_log("browser")
    yield chromium
    first, *others = chromium.window_handles
    for handle in others:
        chromium.switch_to.window(handle)
        chromium.close()
    chromium.switch_to.window(first)
    complaints = [
        entry["message"]
        for entry in chromium.get_log("browser")
        if entry["level"] in ("SEVERE", "WARNING")
        and not any(words in entry["message"] for words in EXPECTED)
    ]
    chromium.get("about:blank")
    assert complaints == []


@pytest.fixture
def chat(browser: Chrome, server: WebChatServer) -> Widget:
    browser.get(server.base_url)
    return Widget(browser).connected()


def screen(browser: Chrome, width: int, height: int, *, dark: bool = False) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def answering(assistant: ScriptedAssistant, *messages: OutgoingMessage) -> None:
    """Always answer so; the attachments mentioned exist."""

    def script(message: IncomingMessage) -> list[OutgoingMessage]:
        pdf = Content("conta março.pdf", "application/pdf", PDF)
        assistant.keep(message.sender, "pdf", pdf)
        assistant.keep(message.sender, "qr", Content("pix.png", "image/png", PIXEL))
        return list(messages)

    assistant.script = script


# -- Saying and hearing -----------------------------------------------------------------------


def test_enter_sends_and_the_answer_appears(chat: Widget, assistant: ScriptedAssistant) -> None:
    chat.write("olá")
    chat.says("olá", "eco: olá")
    assert [message.text for message in assistant.received] == ["olá"]


def test_shift_enter_begins_a_line(chat: Widget) -> None:
    chat.find("textarea").send_keys("uma", Keys.SHIFT, Keys.ENTER, Keys.NULL, "outra", Keys.ENTER)
    chat.says("uma\noutra", "eco: uma\noutra")


def test_a_card_of_the_page_asks_for_its_service(chat: Widget, browser: Chrome) -> None:
    browser.find_element(By.XPATH, "//button[contains(., 'Código de barras')]").click()
    chat.says("Quero o código de barras da conta", "eco: Quero o código de barras da conta")


def test_the_page_names_the_distributor(chat: Widget, browser: Chrome) -> None:
    chat.until(lambda: browser.title == "Agência Web | Luz do Norte")


def test_typing_is_shown_until_the_answer_is_there(
    chat: Widget, assistant: ScriptedAssistant
) -> None:
    assistant.pause()
    chat.write("olá")
    chat.find(".typing")
    assistant.resume()
    chat.says("olá", "eco: olá")
    chat.gone(".typing")


def test_what_the_server_says_never_becomes_markup(
    chat: Widget, assistant: ScriptedAssistant
) -> None:
    trick = "<img src=x onerror=alert(1)> <b>oi</b>"
    choice = Choice("c", trick, trick)
    answering(assistant, OutgoingMessage(trick, choices=(choice,)))
    chat.write(trick)
    chat.says(trick, trick)
    assert chat.all("img, b") == []


def test_links_lead_to_the_web_and_nowhere_else(chat: Widget, assistant: ScriptedAssistant) -> None:
    answering(assistant, RICH)
    chat.write("pix")
    chat.find(".text", "Truque")
    links = [(one.get_attribute("href"), one.get_attribute("rel")) for one in chat.all("a")]
    safe = "noopener noreferrer"
    assert links == [("https://example.com/conta", safe), ("https://example.com/", safe)]


def test_a_text_beyond_the_limit_stays_in_the_field(
    chat: Widget, assistant: ScriptedAssistant
) -> None:
    field = chat.find("textarea")
    field.send_keys("a" * 1_801)
    assert chat.find(".counter").text == "1.801 de 2.000 caracteres"
    field.send_keys("a" * 200, Keys.ENTER)
    assert "Passou 1 caractere do limite" in chat.find(".counter").text
    field.send_keys(Keys.BACKSPACE, Keys.ENTER)
    chat.until(lambda: len(chat.texts()) == 2)
    assert [len(message.text or "") for message in assistant.received] == [2_000]


# -- Parts of messages ------------------------------------------------------------------------


def test_a_choice_is_made_with_the_keyboard(chat: Widget, assistant: ScriptedAssistant) -> None:
    answering(assistant, OFFER)
    chat.write("2ª via")
    assert "vence em 20/04/2026" in chat.find(".choice", "abril/2026").text
    chat.find(".choice", "abril/2026").send_keys(Keys.ENTER)
    chat.says("2ª via", "Qual conta?", "abril/2026", "Qual conta?")
    assert [message.choice for message in assistant.received] == [None, "c_2"]
    assert chat.focused == "textarea"


def test_only_the_last_choices_can_be_made(chat: Widget, assistant: ScriptedAssistant) -> None:
    answering(assistant, OFFER)
    chat.write("2ª via")
    chat.find(".choice", "março/2026").click()
    chat.until(lambda: len(chat.all(".choice")) == 4)
    assert [one.is_enabled() for one in chat.all(".choice")] == [False, False, True, True]
    assert len(chat.all(".choice.picked", "março/2026")) == 1


@pytest.mark.parametrize("allowed", [True, False], ids=["clipboard", "without clipboard"])
def test_copying_gives_the_exact_text(
    chat: Widget, browser: Chrome, assistant: ScriptedAssistant, allowed: bool
) -> None:
    grant = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.execute_cdp_cmd("Browser.grantPermissions", grant)
    browser.execute_async_script("navigator.clipboard.writeText('antes').then(arguments[0])")
    if not allowed:
        browser.execute_script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    answering(assistant, PAYMENT)
    chat.write("pix")
    chat.find(".copyable button").send_keys(Keys.ENTER)
    chat.find(".copyable button", "Copiado")
    chat.spoken("Copiado")
    assert chat.focused == "button.solid.done"
    read = "navigator.clipboard.readText().then(arguments[0])"
    assert browser.execute_async_script(read) == PIX


def test_a_pdf_is_downloaded(chat: Widget, assistant: ScriptedAssistant, downloads: Path) -> None:
    answering(assistant, RICH)
    chat.write("2ª via")
    chat.find("button", "Baixar PDF").click()
    saved = downloads / "conta março.pdf"
    chat.until(lambda: saved.exists() and saved.read_bytes() == PDF)
    chat.spoken("Documento baixado")


def test_a_pdf_is_downloaded_long_after_its_link_expired(
    chat: Widget, assistant: ScriptedAssistant, downloads: Path, clock: Clock, browser: Chrome
) -> None:
    answering(assistant, RICH)
    chat.write("2ª via")
    button = chat.find("button", "Baixar PDF")
    clock.advance(minutes=20)
    button.click()
    saved = downloads / "conta março.pdf"
    chat.until(lambda: saved.exists() and saved.read_bytes() == PDF)
    assert len(chat.texts()) == 2


def test_a_document_that_is_gone_is_kindly_excused(
    chat: Widget, assistant: ScriptedAssistant, browser: Chrome
) -> None:
    lost = Attachment("nenhum", "conta.pdf", "application/pdf", "2ª via")
    answering(assistant, OutgoingMessage("Aqui está.", attachments=(lost,)))
    chat.write("2ª via")
    chat.find("button", "Baixar PDF").click()
    assert "não está mais disponível" in chat.find(".problem").text
    assert chat.find("button", "Baixar PDF").is_enabled()


def test_an_image_is_shown_with_its_description(chat: Widget, assistant: ScriptedAssistant) -> None:
    answering(assistant, RICH)
    chat.write("pix")
    image = chat.find(".image img")
    assert image.get_attribute("alt") == "QR Code do Pix de março/2026"
    chat.until(lambda: image.get_property("naturalWidth") == 1)


def test_reading_what_was_said_before_is_not_disturbed(
    chat: Widget, assistant: ScriptedAssistant
) -> None:
    answering(assistant, *[OutgoingMessage(f"linha {n}\n" * 4) for n in range(9)])
    chat.write("conte")
    chat.until(lambda: len(chat.texts()) == 10)
    log = chat.find(".log")
    chat.browser.execute_script("arguments[0].scrollTop = 0", log)
    chat.until(lambda: log.get_property("scrollTop") == 0)
    chat.gone(".more-below")
    assistant.say(assistant.sender, "mais uma coisa")
    pill = chat.find(".more-below", "Novas mensagens")
    assert log.get_property("scrollTop") == 0
    pill.click()
    chat.gone(".more-below")
    chat.until(lambda: chat.find(".bubble", "mais uma coisa").rect["y"] < 700)


def test_a_long_answer_is_shown_from_its_beginning(
    chat: Widget, assistant: ScriptedAssistant
) -> None:
    chat.write("oi")
    chat.says("oi", "eco: oi")
    answering(assistant, OutgoingMessage("Começo.\n" + "linha\n" * 60, choices=MONTHS))
    chat.write("conte")
    answer, log = chat.find(".bubble", "Começo."), chat.find(".log")
    chat.find(".more-below")
    chat.until(lambda: 0 <= answer.rect["y"] - log.rect["y"] < 40)


def test_choices_stay_open_whatever_else_is_said_until_the_customer_answers(
    chat: Widget, assistant: ScriptedAssistant
) -> None:
    answering(assistant, OFFER)
    chat.write("2ª via")
    chat.find(".choice", "março/2026")
    assistant.say(assistant.sender, "A propósito, seu e-mail foi confirmado.")
    chat.says("2ª via", "Qual conta?", "A propósito, seu e-mail foi confirmado.")
    assert [one.is_enabled() for one in chat.all(".choice")] == [True, True]


# -- When things break ------------------------------------------------------------------------


def test_what_is_written_without_connection_is_sent_once(
    chat: Widget, server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    chat.write("antes")
    chat.says("antes", "eco: antes")
    server.stop()
    banner = "Sem conexão. Suas mensagens serão enviadas quando a internet voltar."
    assert chat.find(".banner").text == banner
    chat.spoken(banner)
    chat.write("durante")
    chat.write("ainda")
    chat.find(".status", "Aguardando conexão")
    server.start()
    chat.says("antes", "eco: antes", "durante", "eco: durante", "ainda", "eco: ainda")
    chat.gone(".banner")
    assert [message.text for message in assistant.received] == ["antes", "durante", "ainda"]


def test_what_was_not_sent_outlives_a_reload_and_other_tabs(
    chat: Widget, server: WebChatServer, assistant: ScriptedAssistant, browser: Chrome
) -> None:
    browser.switch_to.new_window("tab")
    browser.get(server.base_url)
    chat.connected()
    server.stop()
    chat.write("durante")
    chat.find(".status", "Aguardando conexão")
    server.start()
    browser.refresh()
    chat.says("durante", "eco: durante")
    browser.switch_to.window(browser.window_handles[0])
    chat.says("durante", "eco: durante")
    assert [message.text for message in assistant.received] == ["durante"]


def test_a_message_whose_confirmation_was_lost_is_not_said_twice(
    chat: Widget, server: WebChatServer, assistant: ScriptedAssistant, browser: Chrome
) -> None:
    browser.execute_script(  # the connection breaks when the server begins to answer
        "const send = WebSocket.prototype.send; WebSocket.prototype.send = function (data) {"
        "  send.call(this, data);"
        "  if (data.includes('user_uttered') && !window.lost) {"
        "    window.lost = true; this.onmessage = null;"
        "    this.addEventListener('message', () => this.close(), {once: true});"
        "  }"
        "}"
    )
    chat.write("uma vez")
    chat.says("uma vez", "eco: uma vez")
    assert [message.text for message in assistant.received] == ["uma vez"]


def test_a_refused_message_can_be_sent_again(
    chat: Widget, assistant: ScriptedAssistant, browser: Chrome
) -> None:
    assistant.fault = RuntimeError("down")
    chat.write("olá")
    chat.find(".status.refused", "Não consegui receber")
    assistant.fault = None
    browser.refresh()
    chat.find("button", "Tentar de novo").click()
    chat.says("olá", "eco: olá")
    assert [message.text for message in assistant.received] == ["olá"]


def test_a_session_that_ended_makes_room_for_another(
    chat: Widget, server: WebChatServer, assistant: ScriptedAssistant, clock: Clock
) -> None:
    chat.write("ontem")
    chat.says("ontem", "eco: ontem")
    server.stop()
    clock.advance(hours=25)
    server.start()
    chat.says()
    chat.write("hoje")
    chat.says("hoje", "eco: hoje")
    assert len(assistant.senders) == 2


def test_a_renewed_token_keeps_the_conversation(
    chat: Widget, server: WebChatServer, clock: Clock, assistant: ScriptedAssistant
) -> None:
    chat.write("cedo")
    chat.says("cedo", "eco: cedo")
    server.stop()
    clock.advance(hours=2)
    server.start()
    chat.write("tarde")
    chat.says("cedo", "eco: cedo", "tarde", "eco: tarde")
    assert len(assistant.senders) == 1


# -- Coming back ------------------------------------------------------------------------------


def test_a_reload_keeps_the_history(
    chat: Widget, assistant: ScriptedAssistant, browser: Chrome
) -> None:
    answering(assistant, OFFER)
    chat.write("2ª via")
    chat.find(".choice", "março/2026").click()
    chat.says("2ª via", "Qual conta?", "março/2026", "Qual conta?")
    browser.refresh()
    chat.says("2ª via", "Qual conta?", "março/2026", "Qual conta?")
    assert [one.is_enabled() for one in chat.all(".choice")] == [False, False, True, True]
    assert len(chat.texts(".day")) == 1


def test_two_tabs_agree(chat: Widget, server: WebChatServer, browser: Chrome) -> None:
    chat.write("uma")
    chat.says("uma", "eco: uma")
    browser.switch_to.new_window("tab")
    browser.get(server.base_url)
    chat.says("uma", "eco: uma")
    chat.write("outra")
    chat.says("uma", "eco: uma", "outra", "eco: outra")
    browser.switch_to.window(browser.window_handles[0])
    chat.says("uma", "eco: uma", "outra", "eco: outra")


def test_a_new_conversation_begins_in_all_tabs(
    chat: Widget, server: WebChatServer, browser: Chrome, assistant: ScriptedAssistant
) -> None:
    chat.write("velha")
    chat.says("velha", "eco: velha")
    browser.switch_to.new_window("tab")
    browser.get(server.base_url)
    chat.says("velha", "eco: velha")
    chat.find("button", "Nova conversa").click()
    chat.find(".question button", "Voltar").click()
    chat.gone(".question")
    chat.says("velha", "eco: velha")
    chat.find("button", "Nova conversa").click()
    chat.find(".question button", "Começar").click()
    chat.says()
    chat.connected().write("nova")
    chat.says("nova", "eco: nova")
    browser.switch_to.window(browser.window_handles[0])
    chat.says("nova", "eco: nova")
    assert len(assistant.senders) == 2


# -- On other pages, on small screens, for everybody ------------------------------------------


class _Embedding(SimpleHTTPRequestHandler):
    """A foreign page with nothing of ours but the script."""

    def __init__(self, *arguments: Any, script: list[str]) -> None:
        self._script = script
        super().__init__(*arguments)

    def do_GET(self) -> None:  # its name in the library
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        icon = "<link rel=icon href=data:,>"
        style = "<style>* { color: red !important } button { display: none }</style>"
        script = f'<script src="{self._script[0]}/widget.js" defer></script>'
        page = f"<!doctype html><html lang=pt><title>Loja</title>{icon}{style}{script}"
        self.wfile.write(f"{page}<main><h1>Loja</h1></main></html>".encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def foreign(browser: Chrome, assistant: ScriptedAssistant) -> Iterator[Widget]:
    """A page of another origin that embeds the widget."""
    script: list[str] = []
    pages = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Embedding, script=script))
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    origin = f"http://localhost:{pages.server_port}"
    try:
        with serve_webchat(assistant, allowed_origins=(origin,)) as server:
            script.append(server.base_url)
            browser.get(origin)
            yield Widget(browser)
    finally:
        pages.shutdown()
        pages.server_close()


def test_a_foreign_page_embeds_it(
    foreign: Widget, assistant: ScriptedAssistant, downloads: Path
) -> None:
    answering(assistant, RICH)
    foreign.find(".launcher").click()
    foreign.write("2ª via")
    foreign.find("button", "Baixar PDF").click()
    saved = downloads / "conta março.pdf"
    foreign.until(lambda: saved.exists() and saved.read_bytes() == PDF)
    image = foreign.find(".image img")
    foreign.until(lambda: image.get_property("naturalWidth") == 1)


def test_escape_closes_the_window_and_news_are_counted(
    foreign: Widget, assistant: ScriptedAssistant, browser: Chrome
) -> None:
    foreign.find(".launcher").send_keys(Keys.ENTER)
    foreign.until(lambda: foreign.focused == "textarea")
    foreign.write("olá")
    foreign.says("olá", "eco: olá")
    foreign.find("textarea").send_keys(Keys.ESCAPE)
    foreign.gone(".window")
    foreign.until(lambda: foreign.focused == "button.launcher")
    assistant.say(assistant.sender, "uma")
    assistant.say(assistant.sender, "duas")
    foreign.find(".launcher .count", "2")
    foreign.spoken("2 mensagens novas")
    browser.refresh()
    foreign.find(".launcher .count", "2")
    assert "2 mensagens novas" in str(foreign.find(".launcher").get_property("textContent"))
    foreign.find(".launcher").click()
    foreign.says("olá", "eco: olá", "uma", "duas")
    foreign.find(".close").click()
    foreign.find(".launcher")
    foreign.gone(".launcher .count")


def test_on_a_phone_it_fills_the_screen(
    browser: Chrome, server: WebChatServer, assistant: ScriptedAssistant
) -> None:
    screen(browser, 390, 844)
    browser.get(server.base_url)
    chat = Widget(browser)
    browser.find_element(By.XPATH, "//button[contains(., 'Pix')]").click()
    chat.says("Quero pagar com Pix", "eco: Quero pagar com Pix")
    whole = {"x": 0, "y": 0, "width": 390, "height": 844}
    chat.until(lambda: chat.find(".window").rect == whole)
    chat.find(".close").click()
    chat.find(".launcher")


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 200)], ids=["narrow", "400 %"])
def test_nothing_is_cut_off_on_the_smallest_screens(
    browser: Chrome, server: WebChatServer, assistant: ScriptedAssistant, width: int, height: int
) -> None:
    answering(assistant, RICH)
    screen(browser, width, height)
    browser.get(server.base_url)
    chat = Widget(browser)
    chat.find(".launcher")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    chat.find(".launcher").click()
    chat.write("pix")
    chat.find(".choice", "abril/2026")
    overflowing = [
        one.get_attribute("class")
        for one in chat.all(".panel *:not(.unseen):not(svg *)")
        if one.rect["x"] < 0 or one.rect["x"] + one.rect["width"] > width
    ]
    assert overflowing == []
    chat.find(".choice", "abril/2026").click()
    chat.until(lambda: assistant.received[-1].choice == "c_2")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_it_is_accessible(
    browser: Chrome,
    server: WebChatServer,
    assistant: ScriptedAssistant,
    width: int,
    height: int,
    dark: bool,
) -> None:
    answering(assistant, RICH)
    screen(browser, width, height, dark=dark)
    browser.get(server.base_url)
    chat = Widget(browser)
    chat.find(".docked, .launcher")
    assert violations(browser) == []
    browser.execute_script("ClaraChat.open()")
    chat.connected()
    assert violations(browser) == []
    chat.write("pix")
    chat.write("de novo")
    chat.until(lambda: len(chat.all(".choice")) == 4)
    assert violations(browser) == []
    server.stop()
    chat.find(".banner")
    assert violations(browser) == []
    chat.find(".start-over").click()
    chat.find(".question")
    assert violations(browser) == []


def test_it_is_accessible_on_other_pages(foreign: Widget, browser: Chrome) -> None:
    foreign.find(".launcher").click()
    foreign.connected()
    assert violations(browser) == []


def test_large_targets(chat: Widget, assistant: ScriptedAssistant) -> None:
    answering(assistant, RICH)
    chat.write("pix")
    chat.find(".choice", "abril/2026")
    small = [
        one.get_attribute("class")
        for one in chat.all("button, textarea, a.link")
        if one.rect["height"] < 44 or one.rect["width"] < 44
    ]
    assert small == []


def test_the_keyboard_alone_reaches_the_chat(chat: Widget, browser: Chrome) -> None:
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB, Keys.ENTER)
    chat.until(lambda: chat.focused == "textarea")
