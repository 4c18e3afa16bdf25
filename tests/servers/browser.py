"""A real browser for the tests: Chromium without a window, one fresh profile each.

    @pytest.fixture
    def browser(tmp_path):
        with open_browser(tmp_path) as browser:
            yield browser

Set CHROMIUM and CHROMEDRIVER if they are not where Debian puts them.
"""

# mypy: disable-error-code="no-untyped-call"
# Selenium types only half of itself.

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.support.wait import WebDriverWait

_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=pt-BR",
)
_PATIENCE_SECONDS = 60
_POLL_SECONDS = 0.05

T = TypeVar("T")


@contextmanager
def open_browser(folder: Path, width: int = 1280, height: int = 800) -> Iterator[Chrome]:
    """Run Chromium until the block ends; it downloads into ``folder/downloads``."""
    options = ChromeOptions()
    options.binary_location = _program("CHROMIUM", "chromium", "chromium-browser", "google-chrome")
    driver = _program("CHROMEDRIVER", "chromedriver")
    for argument in (*_ARGUMENTS, f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={folder / 'profile'}")
    downloads = folder / "downloads"
    downloads.mkdir(parents=True)
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(downloads), "intl.accept_languages": "pt-BR"}
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = Chrome(options=options, service=ChromeService(driver))
    try:
        browser.set_page_load_timeout(_PATIENCE_SECONDS)
        browser.set_script_timeout(_PATIENCE_SECONDS)
        yield browser
    finally:
        browser.quit()


def wait_for(browser: Chrome, condition: Callable[[], T]) -> T:
    """Wait until ``condition`` returns something true; return that.

    Whatever the driver cannot do at the moment is tried again: while a page changes, an element
    may be stale, moving, or of a document that is already gone.

    Raises:
        TimeoutException: it did not come true within a minute.
    """
    patience = WebDriverWait(
        browser, _PATIENCE_SECONDS, _POLL_SECONDS, ignored_exceptions=(WebDriverException,)
    )
    return patience.until(lambda _: condition())


def follow(browser: Chrome, by: str, what: str) -> None:
    """Click what leads to another page, and wait until that is there: Chrome returns before."""
    browser.execute_script("document.isLeft = true")
    browser.find_element(by, what).click()
    arrived = "return !document.isLeft && document.readyState === 'complete'"
    wait_for(browser, lambda: browser.execute_script(arrived))


def _program(variable: str, *names: str) -> str:
    found = os.environ.get(variable) or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.fail(
            f"The browser tests need {names[0]}: install Debian's packages chromium and "
            f"chromium-driver, or set {variable} to its path.",
            pytrace=False,
        )
    return found
