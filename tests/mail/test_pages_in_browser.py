"""The pages on a phone: they fit, look styled under their own policy, and axe finds no fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from mail.confirmation import Redemption
from mail.mailbox import MailboxCarrier, kept_mails
from mail.mailbox_pages import mailbox_pages
from mail.pages import confirmation_pages
from tests.mail.conftest import Serve, a_letter
from tests.mail.test_pages import OUTCOMES
from tests.servers.accessibility import violations
from tests.servers.browser import follow, open_browser

BLUE = "rgba(11, 83, 148, 1)"


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with open_browser(tmp_path_factory.mktemp("phone")) as chrome:
        screen = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True}
        chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        bypass_policy(chrome, True)  # axe compiles code, which the pages rightly forbid
        yield chrome


def bypass_policy(phone: Chrome, bypass: bool) -> None:
    phone.execute_cdp_cmd("Page.setBypassCSP", {"enabled": bypass})


def check(phone: Chrome) -> None:
    assert phone.execute_script("return document.documentElement.scrollWidth") == 320
    assert violations(phone) == []


@pytest.mark.parametrize("outcome", [outcome for outcome, _, _ in OUTCOMES])
def test_confirmation(phone: Chrome, serve: Serve, outcome: Redemption) -> None:
    phone.get(serve(confirmation_pages(lambda _: outcome, "Luz do Norte")) + "/confirmar-email/x")
    check(phone)
    follow(phone, By.TAG_NAME, "button")
    check(phone)
    assert phone.find_elements(By.TAG_NAME, "button") == []


def test_try_again(phone: Chrome, serve: Serve) -> None:
    def redeem(_: str) -> Redemption:
        raise RuntimeError

    phone.get(serve(confirmation_pages(redeem, "Luz do Norte")) + "/confirmar-email/x")
    follow(phone, By.TAG_NAME, "button")
    check(phone)
    assert phone.find_element(By.TAG_NAME, "button").text == "Tentar de novo"


def test_mailbox(phone: Chrome, serve: Serve, tmp_path: Path) -> None:
    MailboxCarrier(tmp_path).carry(a_letter().as_bytes())
    (mail,) = kept_mails(tmp_path)
    phone.get(serve(mailbox_pages(tmp_path, "Luz do Norte")) + "/caixa-de-correio")
    check(phone)
    follow(phone, By.LINK_TEXT, mail.subject)
    check(phone)


def test_works_under_its_own_policy(phone: Chrome, serve: Serve) -> None:
    outcome, _, words = OUTCOMES[0]
    bypass_policy(phone, False)
    phone.get(serve(confirmation_pages(lambda _: outcome, "Luz do Norte")) + "/confirmar-email/x")
    header = phone.find_element(By.TAG_NAME, "header")
    assert header.value_of_css_property("background-color") == BLUE
    follow(phone, By.TAG_NAME, "button")
    assert words in phone.find_element(By.TAG_NAME, "main").text
    bypass_policy(phone, True)
