"""The widget as a customer handles it, in a real browser."""

# mypy: disable-error-code="no-untyped-call"
# Selenium types only half of itself.

from __future__ import annotations

from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.servers.browser import wait_for

_ROOT = "const root = document.querySelector('clara-chat')?.shadowRoot;"
_VISIBLE = "element => element.checkVisibility({visibilityProperty: true})"


class Widget:
    """One tab. Finders wait for what they look for."""

    def __init__(self, browser: Chrome) -> None:
        self.browser = browser

    def until(self, condition: Any) -> Any:
        """Wait until a callable says something true; return that."""
        return wait_for(self.browser, condition)

    def all(self, css: str, words: str = "") -> list[WebElement]:
        """What can be seen and has these words in it, at this very moment."""
        return self.browser.execute_script(
            f"{_ROOT} const all = root ? [...root.querySelectorAll(arguments[0])] : [];"
            f"return all.filter({_VISIBLE})"
            ".filter(element => element.textContent.includes(arguments[1]))",
            css,
            words,
        )

    def find(self, css: str, words: str = "") -> WebElement:
        return self.until(lambda: self.all(css, words))[-1]

    def gone(self, css: str, words: str = "") -> None:
        self.until(lambda: not self.all(css, words))

    def texts(self, css: str = ".bubble .text") -> list[str]:
        return self.browser.execute_script(
            f"{_ROOT} return root ? [...root.querySelectorAll(arguments[0])]"
            f".filter({_VISIBLE}).map(element => element.textContent) : []",
            css,
        )

    def says(self, *texts: str) -> None:
        """Wait until these are the messages, all of them and in this order."""
        try:
            self.until(lambda: self.texts() == list(texts))
        except Exception as fault:
            raise AssertionError(f"{self.texts()} instead of {list(texts)}") from fault

    def connected(self) -> Widget:
        self.find(".header[data-state=online]")
        return self

    def write(self, text: str) -> None:
        self.find("textarea").send_keys(text, Keys.ENTER)

    @property
    def focused(self) -> str:
        """Tag and classes of what has the keyboard's focus inside the widget."""
        return self.browser.execute_script(
            f"{_ROOT} const it = root?.activeElement;"
            "return it ? [it.localName, ...it.classList].join('.') : ''"
        )

    def spoken(self, words: str) -> None:
        """Wait until screen readers are told so."""
        said = (
            "return root ? [...root.querySelectorAll('[role=status]')].map(e => e.textContent) : []"
        )
        self.until(lambda: words in self.browser.execute_script(_ROOT + said))
