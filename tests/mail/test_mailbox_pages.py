"""The mailbox page: for this machine only, plain about itself, safe with what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from mail.mailbox import MailboxCarrier
from mail.mailbox_pages import is_local, mailbox_pages
from tests.mail.conftest import LINK, Serve, a_letter
from tests.mail.test_pages import check_page


def address(serve: Serve, directory: Path) -> str:
    return serve(mailbox_pages(directory, "Luz & Força")) + "/caixa-de-correio"


def test_lists_and_shows(serve: Serve, tmp_path: Path) -> None:
    MailboxCarrier(tmp_path).carry(a_letter().as_bytes())
    url = address(serve, tmp_path)
    listed = requests.get(url, timeout=60)
    check_page(listed)
    assert "não foram enviadas a ninguém" in listed.text
    assert "joao@example.com" in listed.text
    assert "24/11/2026 às 09:00" in listed.text
    (file,) = tmp_path.iterdir()
    assert f'href="/caixa-de-correio/{file.stem}"' in listed.text
    shown = requests.get(f"{url}/{file.stem}", timeout=60)
    check_page(shown)
    assert f'<a href="{LINK}"' in shown.text
    assert "não foi enviada" in shown.text


def test_empty(serve: Serve, tmp_path: Path) -> None:
    answer = requests.get(address(serve, tmp_path / "nothing"), timeout=60)
    assert answer.status_code == 200
    assert "Ainda não há mensagens" in answer.text


def test_escapes_what_is_in_a_mail(serve: Serve, tmp_path: Path) -> None:
    message = a_letter()
    message.replace_header("Subject", "<script>alert(1)</script>")
    message.get_body(("plain",)).set_content("<img src=x> http://a.example/'\"><b>")  # type: ignore[union-attr]
    MailboxCarrier(tmp_path).carry(message.as_bytes())
    (file,) = tmp_path.iterdir()
    url = address(serve, tmp_path)
    for page in (url, f"{url}/{file.stem}"):
        text = requests.get(page, timeout=60).text
        assert "&lt;script&gt;" in text
        assert "<script" not in text
        assert "<img" not in text
        assert "<b>" not in text


@pytest.mark.parametrize("name", ["20261124T120000-0123456789abcdef", "..%2Frecords", "x"])
def test_what_is_not_there(serve: Serve, tmp_path: Path, name: str) -> None:
    answer = requests.get(f"{address(serve, tmp_path)}/{name}", timeout=60)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "127.0.0.1.attacker.example"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
    ],
)
def test_hidden_from_what_is_not_this_machine(
    serve: Serve, tmp_path: Path, headers: dict[str, str]
) -> None:
    MailboxCarrier(tmp_path).carry(a_letter().as_bytes())
    answer = requests.get(address(serve, tmp_path), timeout=60, headers=headers)
    assert answer.status_code == 404
    check_page(answer)
    assert "joao" not in answer.text


@pytest.mark.parametrize(
    ("client", "host", "local"),
    [
        ("127.0.0.1", "localhost:8080", True),
        ("127.8.9.10", "127.0.0.1:8080", True),
        ("::1", "[::1]:8080", True),
        ("::ffff:127.0.0.1", "localhost", True),
        ("192.0.2.1", "localhost:8080", False),
        ("::ffff:192.0.2.1", "localhost", False),
        ("10.0.0.1", "10.0.0.1", False),
        ("", "localhost", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "localhost.attacker.example", False),
        ("127.0.0.1", "[::1", False),
    ],
)
def test_what_is_local(client: str, host: str, local: bool) -> None:
    assert is_local(client, host, {"host", "accept"}) is local
