"""The confirmation page over a real web server."""

from __future__ import annotations

import threading
import time

import pytest
import requests

from mail.confirmation import AlreadyUsed, Confirmed, Expired, Gone, Redemption, Unknown
from mail.pages import CLICKS_PER_MINUTE, confirmation_pages
from mail.throttle import Throttle
from tests.mail.conftest import PROTOCOL, START, Serve

OUTCOMES: list[tuple[Redemption, int, str]] = [
    (Confirmed(PROTOCOL), 200, "passa a chegar no seu e-mail"),
    (AlreadyUsed(PROTOCOL, START), 200, "foi usado em 24/11/2026"),
    (Expired(PROTOCOL), 410, "valia por 48 horas"),
    (Gone(PROTOCOL), 410, "Este pedido não vale mais"),
    (Unknown(), 404, "Não encontramos este link"),
]


class Redeemer:
    def __init__(self, outcome: Redemption | Exception) -> None:
        self.outcome = outcome
        self.tokens: list[str] = []

    def __call__(self, token: str) -> Redemption:
        self.tokens.append(token)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def check_page(answer: requests.Response) -> None:
    """Check what holds for every page."""
    headers = answer.headers
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert '<html lang="pt-BR">' in answer.text
    assert answer.text.count("<h1>") == 1
    assert "<script" not in answer.text
    assert " – Luz &amp; Força</title>" in answer.text


def test_opening_the_link_does_nothing(serve: Serve) -> None:
    redeem = Redeemer(Confirmed(PROTOCOL))
    url = serve(confirmation_pages(redeem, "Luz & Força")) + "/confirmar-email/abc-_1"
    for _ in range(3):
        answer = requests.get(url, timeout=60)
        assert answer.status_code == 200
        check_page(answer)
    assert answer.text.count("<button") == 1
    assert '<form method="post">' in answer.text
    assert ">Confirmar</button>" in answer.text
    assert redeem.tokens == []


@pytest.mark.parametrize(("outcome", "status", "words"), OUTCOMES)
def test_the_button_tells_what_came_of_it(
    serve: Serve, outcome: Redemption, status: int, words: str
) -> None:
    redeem = Redeemer(outcome)
    url = serve(confirmation_pages(redeem, "Luz & Força")) + "/confirmar-email/abc-_1"
    answer = requests.post(url, timeout=60)
    assert answer.status_code == status
    check_page(answer)
    assert words in answer.text
    assert (PROTOCOL in answer.text) is not isinstance(outcome, Unknown)
    assert "<button" not in answer.text
    assert redeem.tokens == ["abc-_1"]


def test_asks_to_try_again_when_billing_is_down(serve: Serve) -> None:
    redeem = Redeemer(RuntimeError("joao@example.com"))
    url = serve(confirmation_pages(redeem, "Luz & Força")) + "/confirmar-email/abc"
    answer = requests.post(url, timeout=60)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    check_page(answer)
    assert "tente de novo" in answer.text
    assert "joao" not in answer.text
    redeem.outcome = Confirmed(PROTOCOL)
    assert requests.post(url, timeout=60).status_code == 200


def test_a_slow_billing_system_delays_nobody_else(serve: Serve) -> None:
    release = threading.Event()

    def redeem(_: str) -> Redemption:
        release.wait(10)
        return Confirmed(PROTOCOL)

    url = serve(confirmation_pages(redeem, "Luz")) + "/confirmar-email/abc"
    slow = threading.Thread(target=requests.post, args=(url,), kwargs={"timeout": 10})
    slow.start()
    time.sleep(0.1)
    assert requests.get(url, timeout=2).status_code == 200
    release.set()
    slow.join()


def test_too_many_clicks(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mail.throttle.time.monotonic", lambda: 0.0)
    redeem = Redeemer(Unknown())
    url = serve(confirmation_pages(redeem, "Luz & Força")) + "/confirmar-email/abc"
    for number in range(CLICKS_PER_MINUTE):
        # A client does not get out of it by naming another address.
        forwarded = {"X-Forwarded-For": f"192.0.2.{number}"}
        assert requests.post(url, timeout=60, headers=forwarded).status_code == 404
    answer = requests.post(url, timeout=60)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    check_page(answer)
    assert len(redeem.tokens) == CLICKS_PER_MINUTE


def test_throttle_counts_each_address_and_forgets() -> None:
    seconds = [0.0]
    throttle = Throttle(2, 60, clock=lambda: seconds[0])
    assert [throttle.admits("a") for _ in range(3)] == [True, True, False]
    assert throttle.admits("b")
    seconds[0] = 60.0
    assert throttle.admits("a")


def test_stylesheet(serve: Serve) -> None:
    address = serve(confirmation_pages(Redeemer(Unknown()), "Luz"))
    page = requests.get(f"{address}/confirmar-email/abc", timeout=60).text
    assert 'href="estilo/pagina.css"' in page
    answer = requests.get(f"{address}/confirmar-email/estilo/pagina.css", timeout=60)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert ":focus-visible" in answer.text
