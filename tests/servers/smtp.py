"""A real SMTP server for the tests, on loopback, that answers as it is told."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "clara", "uma senha com espacos"


@dataclass
class SmtpServer:
    """What it was given, and what it says next: "250 OK" unless an answer was set."""

    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    recipient_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, _: Any) -> str:  # noqa: N802  # aiosmtpd's name
        answer = _next(self.recipient_answers)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(to)
            self.recipients.append(to)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = _next(self.data_answers)
        if answer.startswith("250"):
            parser = BytesParser(EmailMessage, policy=SMTP)
            self.received.append(parser.parsebytes(envelope.content))
        return answer

    def authenticate(self, server: Any, session: Any, envelope: Any, _: str, data: Any) -> Any:
        assert isinstance(data, LoginPassword)
        login = data.login.decode()
        self.logins.append(login)
        known = login == USER and data.password.decode() == PASSWORD
        return AuthResult(success=known, handled=False)


RunSmtpServer = Callable[..., SmtpServer]
"""Starts a server; keyword arguments are those of aiosmtpd's ``SMTP``."""


@pytest.fixture
def run_smtp_server() -> Iterator[RunSmtpServer]:
    """Run servers until the end of the test."""
    running: list[Controller] = []

    def run(**options: Any) -> SmtpServer:
        server = SmtpServer(port=free_port())
        if options.pop("login", False):
            options.update(authenticator=server.authenticate, auth_required=True)
        controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
        controller.start()
        running.append(controller)
        return server

    yield run
    for controller in running:
        controller.stop()


@pytest.fixture
def smtp_server(run_smtp_server: RunSmtpServer) -> SmtpServer:
    """A server without TLS and login."""
    return run_smtp_server()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    """How the server proves itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def client_tls(certificate: Path) -> ssl.SSLContext:
    """A client that trusts the server's certificate."""
    return ssl.create_default_context(cafile=str(certificate))


def _next(answers: list[str]) -> str:
    return answers.pop(0) if answers else "250 OK"
