"""The built-in mailbox: kept whole, kept once, and found again."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from mail.carrier import TryLater
from mail.mailbox import MailboxCarrier, kept_mail, kept_mails
from mail.messages import confirmation
from tests.mail.conftest import HEAD, LINK, PROTOCOL, START, a_letter


def test_keeps_what_would_have_gone_out(tmp_path: Path) -> None:
    message = a_letter()
    MailboxCarrier(tmp_path / "deep" / "mailbox").carry(message.as_bytes())
    (file,) = (tmp_path / "deep" / "mailbox").iterdir()
    assert file.read_bytes() == message.as_bytes()
    (mail,) = kept_mails(tmp_path / "deep" / "mailbox")
    assert (mail.subject, mail.recipient, mail.at) == (message["Subject"], message["To"], START)
    assert LINK in mail.text
    assert kept_mail(tmp_path / "deep" / "mailbox", mail.name) == mail


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    directory = tmp_path / "mailbox"
    MailboxCarrier(directory).carry(a_letter().as_bytes())
    (file,) = directory.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_mail_carried_twice_is_kept_once(tmp_path: Path) -> None:
    message = a_letter().as_bytes()
    for _ in range(2):
        MailboxCarrier(tmp_path).carry(message)
    assert len(kept_mails(tmp_path)) == 1


def test_newest_first(tmp_path: Path) -> None:
    for hours in (1, 3, 2):
        at = START + timedelta(hours=hours)
        message = confirmation(HEAD, "a@example.com", LINK, protocol=PROTOCOL, at=at)
        MailboxCarrier(tmp_path).carry(message.as_bytes())
    assert [mail.at.hour - START.hour for mail in kept_mails(tmp_path)] == [3, 2, 1]
    assert len(kept_mails(tmp_path, limit=2)) == 2


def test_empty_before_anything_was_sent(tmp_path: Path) -> None:
    assert kept_mails(tmp_path / "nothing") == []


def test_what_is_no_mail_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "notes.eml").write_text("hello")
    (tmp_path / ".x.part").write_text("half")
    assert kept_mails(tmp_path) == []


@pytest.mark.parametrize("name", ["../records", "", "20261124T120000-", "a/b", "x" * 32])
def test_names_from_outside_lead_nowhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "records.eml").write_text("secret")
    assert kept_mail(tmp_path / "mailbox", name) is None


def test_a_disk_that_refuses_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("a file is in the way")
    with pytest.raises(TryLater):
        MailboxCarrier(tmp_path / "mailbox").carry(a_letter().as_bytes())
