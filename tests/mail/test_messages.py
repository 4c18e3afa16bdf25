"""The letters: the same words in both parts, honest headers, nothing about the person."""

from __future__ import annotations

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from html.parser import HTMLParser

import pytest

from mail.messages import Letterhead, activation, address_change, confirmation, opt_out
from tests.mail.conftest import HEAD, LINK, PROTOCOL, START, a_letter

LETTERS = {
    "confirmation": a_letter(),
    **{
        compose.__name__: compose(HEAD, "joao@example.com", protocol=PROTOCOL, at=START)
        for compose in (address_change, activation, opt_out)
    },
}


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs)["href"])


def part(message: EmailMessage, kind: str) -> str:
    """Return a part as a mailbox reads it, after all encoding."""
    parsed = BytesParser(EmailMessage, policy=SMTP).parsebytes(message.as_bytes())
    body = parsed.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_confirmation_has_its_link_in_both_parts() -> None:
    assert f"\n{LINK}\n" in part(a_letter(), "plain")
    html = part(a_letter(), "html")
    assert Links(html).found == [LINK]
    assert f">{LINK}<" in html  # for whoever cannot click


def test_confirmation_says_what_it_must() -> None:
    text = part(a_letter(), "plain")
    for words in (
        "no lugar da fatura impressa",
        "vale por 48 horas",
        "Antes da confirmação, nenhuma fatura é enviada",
        "ignorar esta mensagem",
        "Luz do Norte",
        f"Protocolo: {PROTOCOL}",
        "cancelar quando quiser",
        "Avisos de corte não fazem parte",
    ):
        assert words in text


@pytest.mark.parametrize("name", [name for name in LETTERS if name != "confirmation"])
def test_notices_have_no_link_but_a_way_to_object(name: str) -> None:
    assert Links(part(LETTERS[name], "html")).found == []
    assert "Não foi você que pediu? Ligue para 0800 000 0196" in part(LETTERS[name], "plain")


@pytest.mark.parametrize("name", LETTERS)
def test_headers(name: str) -> None:
    message = LETTERS[name]
    assert message["From"] == "Clara <clara@luzdonorte.example>"
    assert message["To"] == "joao@example.com"
    assert message["Date"].datetime == START
    assert message["Message-ID"].endswith("@luzdonorte.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert len(message["Subject"]) <= 45


@pytest.mark.parametrize("name", LETTERS)
def test_both_parts_carry_the_same_words(name: str) -> None:
    html = part(LETTERS[name], "html")
    assert '<html lang="pt-BR">' in html
    for paragraph in part(LETTERS[name], "plain").split("\n\n")[:-1]:
        assert paragraph in html


@pytest.mark.parametrize("name", LETTERS)
def test_body_does_not_tell_whose_mailbox_it_is(name: str) -> None:
    for kind in ("plain", "html"):
        assert "joao" not in part(LETTERS[name], kind)


def test_html_escapes_what_comes_from_outside() -> None:
    head = Letterhead("x@example.com", "Luz & Força <S.A.>", "116")
    html = part(activation(head, "a@example.com", protocol=PROTOCOL, at=START), "html")
    assert "Luz &amp; Força &lt;S.A.&gt;" in html
    assert "<S.A.>" not in html


@pytest.mark.parametrize(
    "address", ["", "joao", "@example.com", "joao@", "a@example.com\r\nBcc: b@example.com"]
)
def test_refuses_what_is_no_address(address: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        a_letter(address)


def test_one_recipient_whatever_the_address_looks_like() -> None:
    message = a_letter("a@example.com, b@example.org")
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].domain == "example.org"


def test_domain_outside_ascii_gets_its_ascii_spelling() -> None:
    assert a_letter("joao@ação.com.br")["To"] == "joao@xn--ao-siap.com.br"


def test_confirmation_to_two_addresses_are_two_mails() -> None:
    def identity() -> str:
        message = confirmation(HEAD, "a@example.com", LINK, protocol=PROTOCOL, at=START)
        return str(message["Message-ID"])

    assert identity() != identity()
