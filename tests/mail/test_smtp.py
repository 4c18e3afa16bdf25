"""SMTP, with a real server: accepted, postponed, refused, unreachable, secured."""

from __future__ import annotations

import socket
import ssl
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from mail.carrier import TryLater, Undeliverable
from mail.outbox import Postman, enqueue
from mail.smtp import Security, SmtpCarrier
from records.tables import mail_outbox
from tests.mail.conftest import LINK, START, TestClock, a_letter
from tests.servers.smtp import PASSWORD, USER, RunSmtpServer, SmtpServer, free_port

HOST = "127.0.0.1"


def plain(server: SmtpServer) -> SmtpCarrier:
    return SmtpCarrier(HOST, server.port, Security.NONE, timeout=5)


def test_arrives_whole(smtp_server: SmtpServer) -> None:
    message = a_letter()
    plain(smtp_server).carry(message.as_bytes())
    (arrived,) = smtp_server.received
    assert smtp_server.recipients == ["joao@example.com"]
    for header in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"):
        assert arrived[header] == message[header]
    for kind in ("plain", "html"):
        body = arrived.get_body((kind,))
        assert body is not None
        assert LINK in body.get_content()


def test_a_mailbox_outside_ascii_arrives(
    run_smtp_server: RunSmtpServer, database: Engine, clock: TestClock
) -> None:
    server = run_smtp_server(enable_SMTPUTF8=True)
    enqueue(database, a_letter("joão@example.com"), "k", at=START)
    Postman(database, plain(server), clock).deliver_due()
    assert server.recipients == ["joão@example.com"]


def test_a_mailbox_outside_ascii_needs_a_server_that_knows_them(
    run_smtp_server: RunSmtpServer, database: Engine, clock: TestClock
) -> None:
    server = run_smtp_server(enable_SMTPUTF8=False)
    enqueue(database, a_letter("joão@example.com"), "k", at=START)
    Postman(database, plain(server), clock).deliver_due()
    with database.begin() as connection:
        mail = connection.execute(select(mail_outbox)).one()
    assert mail.given_up_at == START


@pytest.mark.parametrize("step", ["recipient_answers", "data_answers"])
def test_4xx_is_tried_again(
    smtp_server: SmtpServer, database: Engine, clock: TestClock, step: str
) -> None:
    getattr(smtp_server, step).append("451 4.7.1 Greylisted joao@example.com")
    enqueue(database, a_letter(), "k", at=START)
    postman = Postman(database, plain(smtp_server), clock)
    postman.deliver_due()
    with database.begin() as connection:
        assert connection.execute(select(mail_outbox.c.last_error)).scalar() == "SMTP 451"
    assert smtp_server.received == []
    clock.advance(timedelta(minutes=2))
    postman.deliver_due()
    assert len(smtp_server.received) == 1


@pytest.mark.parametrize("step", ["recipient_answers", "data_answers"])
def test_5xx_is_permanent(smtp_server: SmtpServer, step: str) -> None:
    getattr(smtp_server, step).append("550 5.1.1 No such user joao@example.com")
    with pytest.raises(Undeliverable) as raised:
        plain(smtp_server).carry(a_letter().as_bytes())
    assert raised.value.reason == "SMTP 550"


def test_a_login_that_is_missing_can_be_mended(run_smtp_server: RunSmtpServer) -> None:
    server = run_smtp_server(login=True, auth_require_tls=False)
    with pytest.raises(TryLater, match="SMTP 530"):
        plain(server).carry(a_letter().as_bytes())


def test_refused_connection_is_tried_again() -> None:
    carrier = SmtpCarrier(HOST, free_port(), Security.NONE, timeout=5)
    with pytest.raises(TryLater, match="ConnectionRefusedError"):
        carrier.carry(a_letter().as_bytes())


@pytest.mark.parametrize("security", list(Security))
def test_a_silent_server_is_left(security: Security) -> None:
    with socket.create_server((HOST, 0)) as silent:
        carrier = SmtpCarrier(HOST, silent.getsockname()[1], security, timeout=0.2)
        with pytest.raises(TryLater):
            carrier.carry(a_letter().as_bytes())


def test_starttls_and_login(
    run_smtp_server: RunSmtpServer, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    server = run_smtp_server(tls_context=server_tls, require_starttls=True, login=True)
    carrier = SmtpCarrier(
        HOST, server.port, Security.STARTTLS, USER, PASSWORD, timeout=5, tls=client_tls
    )
    carrier.carry(a_letter().as_bytes())
    assert len(server.received) == 1
    assert server.logins == [USER]


def test_tls_from_the_first_byte(
    run_smtp_server: RunSmtpServer, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    server = run_smtp_server(ssl_context=server_tls)
    SmtpCarrier(HOST, server.port, Security.TLS, timeout=5, tls=client_tls).carry(
        a_letter().as_bytes()
    )
    assert len(server.received) == 1


def test_a_wrong_password_can_be_mended(
    run_smtp_server: RunSmtpServer, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    server = run_smtp_server(tls_context=server_tls, require_starttls=True, login=True)
    carrier = SmtpCarrier(HOST, server.port, user=USER, password="x", timeout=5, tls=client_tls)
    with pytest.raises(TryLater, match="SMTP 535"):
        carrier.carry(a_letter().as_bytes())


def test_a_server_that_cannot_prove_itself_gets_nothing(
    run_smtp_server: RunSmtpServer, server_tls: ssl.SSLContext
) -> None:
    server = run_smtp_server(tls_context=server_tls, login=True)
    carrier = SmtpCarrier(HOST, server.port, user=USER, password=PASSWORD, timeout=5)
    with pytest.raises(TryLater, match="SSLCertVerificationError"):
        carrier.carry(a_letter().as_bytes())
    assert server.logins == []


def test_no_starttls_no_mail(smtp_server: SmtpServer) -> None:
    with pytest.raises(TryLater, match="SMTPNotSupportedError"):
        SmtpCarrier(HOST, smtp_server.port, timeout=5).carry(a_letter().as_bytes())
    assert smtp_server.received == []


def test_a_password_never_travels_in_the_open() -> None:
    with pytest.raises(ValueError, match="needs TLS"):
        SmtpCarrier(HOST, 25, Security.NONE, USER, PASSWORD)


def test_a_password_that_smtplib_cannot_send_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="ASCII only") as raised:
        SmtpCarrier(HOST, 587, user=USER, password="maçã")
    assert "maçã" not in str(raised.value)


def test_the_password_is_not_shown() -> None:
    assert PASSWORD not in repr(SmtpCarrier(HOST, 587, user=USER, password=PASSWORD))
