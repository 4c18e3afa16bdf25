"""A customer in a real browser, Clara as an operator runs her, a real SMTP server."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from billing.database import DatabaseGateway, open_engine
from billing.model import Bill, EmailInvoice, EmailInvoiceState
from billing.wording import month_slug
from tests.channels.webchat.widget import Widget
from tests.servers.browser import follow, open_browser
from tests.servers.clara import RunningClara, run_clara
from tests.servers.smtp import SmtpServer

NEW_ADDRESS = "maria.nova@example.org"
SAID = ".item.clara[data-message-id]"  # and not the typing indicator


@pytest.fixture
def clara(tmp_path: Path, smtp_server: SmtpServer) -> Iterator[RunningClara]:
    settings = {
        "CLARA_SMTP_HOST": "127.0.0.1",
        "CLARA_SMTP_PORT": str(smtp_server.port),
        "CLARA_SMTP_SECURITY": "none",
    }
    with run_clara(tmp_path, **settings) as clara:
        yield clara


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with open_browser(tmp_path, height=900) as browser:
        yield browser


class Chat(Widget):
    """The chat on the page, as a customer uses it."""

    def said(self) -> list[str]:
        """The text of each of Clara's messages."""
        return self.texts(SAID)

    def say(self, words: str, until: str) -> None:
        """Write, and wait until Clara answers with something that matches."""
        before = len(self.said())
        self.write(words)
        self.expect(until, after=before)

    def pick(self, title: str, until: str) -> None:
        """Click a choice that is still open, and wait as :meth:`say` does."""
        before = len(self.said())
        self.click("button.choice:enabled", title)
        self.expect(until, after=before)

    def click(self, css: str, words: str) -> None:
        """Click the last element with these words, even while what is above it still moves."""
        self.browser.execute_script("arguments[0].click()", self.find(css, words))

    def expect(self, pattern: str, after: int) -> None:
        """Wait until a message matches that is not among the first ones."""

        def has_come() -> bool:
            new = self.said()[after:]
            return bool(new) and re.search(pattern, new[-1], re.IGNORECASE) is not None

        try:
            self.until(has_come)
        except TimeoutException:
            pytest.fail(f"{pattern!r} did not come; Clara said: {self.said()}")


def test_a_customer_gets_bill_and_code_and_subscribes_by_email(
    clara: RunningClara, browser: Chrome, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    browser.get(clara.base_url)
    chat = Chat(browser)

    chat.say("oi, boa tarde", until="2ª via da conta")
    chat.say("preciso da segunda via da minha conta", until="CPF")
    chat.say("529.982.247-25", until="nascimento")
    chat.say("13/10/1984", until="segunda via")
    keep_screenshot(browser)
    bill = open_bill_of_maria(tmp_path)

    chat.click("button", "Baixar PDF")
    pdf = chat.until(lambda: downloaded(tmp_path / "downloads"))
    assert codes_printed_on(pdf) == {bill.payment_code.barcode, bill.pix}
    assert pdf.name == f"2a-via-{month_slug(bill.month)}.pdf"

    browser.execute_cdp_cmd(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite"], "origin": clara.base_url},
    )
    chat.pick("Código de barras", until="boleto")
    chat.click(".copyable button", "Copiar")
    copied = chat.until(lambda: clipboard(browser))
    assert copied == bill.payment_line

    chat.say("quero receber a fatura por e-mail", until="e-mail cadastrado|cadastro")
    chat.pick("Outro e-mail", until="e-mail")
    chat.say(NEW_ADDRESS, until="autoriza")
    chat.pick("Sim, autorizo", until="48 horas")
    mail = chat.until(lambda: mail_to(smtp_server, NEW_ADDRESS))
    assert email_invoice_of_maria(tmp_path).state is EmailInvoiceState.PENDING

    browser.get(link_in(mail))
    follow(browser, By.CSS_SELECTOR, "form button")
    assert "confirmad" in browser.find_element(By.TAG_NAME, "body").text.lower()
    confirmed = email_invoice_of_maria(tmp_path)
    assert (confirmed.state, confirmed.email) == (EmailInvoiceState.ACTIVE, NEW_ADDRESS)

    assert_no_personal_data_in(clara.log, link_in(mail))


def open_bill_of_maria(directory: Path) -> Bill:
    gateway = gateway_of(directory)
    [bill] = gateway.open_bills("demo-unit-0001")
    return bill


def email_invoice_of_maria(directory: Path) -> EmailInvoice:
    return gateway_of(directory).email_invoice("demo-holder-0001")


def gateway_of(directory: Path) -> DatabaseGateway:
    return DatabaseGateway(open_engine(f"sqlite:///{directory}/data/billing.db"))


def downloaded(folder: Path) -> Path | None:
    """The file that was downloaded, once it is whole."""
    return next(folder.glob("*.pdf"), None)


def codes_printed_on(pdf: Path) -> set[str]:
    """What a scanner reads on the page at 200 dpi."""
    page = pypdfium2.PdfDocument(pdf.read_bytes())[0]
    image = page.render(scale=200 / 72).to_pil()
    return {code.text for code in zxingcpp.read_barcodes(image)}


def clipboard(browser: Chrome) -> str:
    script = "navigator.clipboard.readText().then(arguments[0], () => arguments[0](''))"
    return str(browser.execute_async_script(script))


def mail_to(server: SmtpServer, address: str) -> EmailMessage | None:
    return next((mail for mail in server.received if address in str(mail["To"])), None)


def link_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+/confirmar-email/\S+", body.get_content())
    assert found
    return found.group()


def assert_no_personal_data_in(log: Path, link: str) -> None:
    """What an operator reads tells nothing of who wrote."""
    # Printed at the start, the demo customers are invented; after that nobody's data may show.
    written = log.read_text(encoding="utf-8").rpartition("Benedita")[2]
    secrets = ("529.982.247-25", "52998224725", "13/10/1984", NEW_ADDRESS, link.rpartition("/")[2])
    assert not [secret for secret in secrets if secret in written]


def keep_screenshot(browser: Chrome) -> None:
    """Save the picture of the README, when asked to (``make screenshot``)."""
    if path := os.environ.get("CLARA_SCREENSHOT"):
        browser.save_screenshot(path)
