"""Mail out over SMTP. What is secured by TLS is checked against the system's authorities."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import SMTP
from enum import Enum

from mail.carrier import CarrierFault, TryLater, Undeliverable

_LOGIN_WANTED = 530  # of our set-up, not of the mail: it goes out once that is mended


class Security(str, Enum):
    """How the way to the server is secured."""

    NONE = "none"
    STARTTLS = "starttls"  # mandatory: a server that does not offer it gets no mail
    TLS = "tls"


@dataclass(frozen=True)
class SmtpCarrier:
    """Opens one connection for each mail; ``timeout`` seconds for each step of the talk.

    Raises ``ValueError`` if a password cannot be used or were to travel without TLS.
    """

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20.0
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def __post_init__(self) -> None:
        """Check the login before any mail depends on it."""
        if self.user and self.security is Security.NONE:
            raise ValueError("SMTP with a user needs TLS: set the security to starttls or tls")
        if not f"{self.user}{self.password}".isascii():
            raise ValueError("smtplib logs in with ASCII only: choose another user or password")

    def carry(self, message: bytes) -> None:
        """Send one mail; see ``mail.carrier.Carrier``."""
        parsed = BytesParser(policy=SMTP).parsebytes(message)
        try:
            session = self._connect()
        except OSError as error:  # every error of smtplib and ssl is one
            raise TryLater(_reason(error)) from error
        try:
            session.send_message(parsed)
        except OSError as error:
            raise _fault(error) from error
        finally:
            # Once the mail is accepted, a failure to say goodbye must not have it sent again.
            with suppress(OSError):
                session.quit()
            session.close()

    def _connect(self) -> smtplib.SMTP:
        if self.security is Security.TLS:
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=self.tls
            )
        else:
            session = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security is Security.STARTTLS:
                session.starttls(context=self.tls)
            if self.user:
                session.login(self.user, self.password or "")
        except OSError:
            session.close()
            raise
        return session


def _fault(error: OSError) -> CarrierFault:
    """What a failure after the login means for the mail."""
    code = _code(error)
    permanent = code is not None and 500 <= code <= 599 and code != _LOGIN_WANTED
    if permanent or isinstance(error, smtplib.SMTPNotSupportedError):
        return Undeliverable(_reason(error))
    return TryLater(_reason(error))


def _reason(error: OSError) -> str:
    code = _code(error)
    return f"SMTP {code}" if code else type(error).__qualname__


def _code(error: OSError) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), None)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code
    return None
