"""The built-in mailbox: for a set-up without an SMTP server, mail is kept as files instead.

One ``.eml`` file each, readable by the owner alone, named by date and Message-ID: a mail that is
carried twice is kept once.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime, timezone
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

from mail.carrier import TryLater
from mail.clock import now

_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{16}")


@dataclass(frozen=True)
class KeptMail:
    """A mail as the page shows it."""

    name: str  # of its file, without ".eml"
    sender: str
    recipient: str
    subject: str
    at: datetime
    text: str


class MailboxCarrier:
    """Writes each mail into a file of its own."""

    def __init__(self, directory: Path) -> None:
        """Keep mail in ``directory``, which is made when first needed."""
        self._directory = directory

    def carry(self, message: bytes) -> None:
        """Keep one mail; see ``mail.carrier.Carrier``."""
        path = self._directory / f"{_name(_parse(message))}.eml"
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(path, message)
        except OSError as error:
            raise TryLater(type(error).__qualname__) from error


def kept_mails(directory: Path, limit: int = 200) -> list[KeptMail]:
    """What is in the mailbox, the newest first."""
    names = sorted((path.stem for path in directory.glob("*.eml")), reverse=True)
    found = (kept_mail(directory, name) for name in names[:limit])
    return [mail for mail in found if mail]


def kept_mail(directory: Path, name: str) -> KeptMail | None:
    """The mail with this name, which may come from anybody; ``None`` if there is none."""
    if not _NAME.fullmatch(name):
        return None
    try:
        message = _parse((directory / f"{name}.eml").read_bytes())
    except FileNotFoundError:
        return None
    text = message.get_body(("plain",))
    return KeptMail(
        name=name,
        sender=str(message["From"]),
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        at=_date(message),
        text="\n".join(text.get_content().splitlines()) if text else "",
    )


def _parse(message: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=SMTP).parsebytes(message)


def _name(message: EmailMessage) -> str:
    identity = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()
    return f"{_date(message):%Y%m%dT%H%M%S}-{identity[:16]}"


def _date(message: EmailMessage) -> datetime:
    header = message["Date"]
    instant: datetime = header.datetime if header else now()
    return instant.astimezone(timezone.utc)


def _write_whole(path: Path, content: bytes) -> None:
    """So that nobody ever sees, and no crash leaves, half a file."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
