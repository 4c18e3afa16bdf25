"""From the agreement to the click, with nothing replaced but the billing system."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import requests
from sqlalchemy.engine import Engine
from structlog.testing import capture_logs

from mail.confirmation import issue, redeem
from mail.mailbox import MailboxCarrier, kept_mails
from mail.messages import confirmation
from mail.outbox import Postman, enqueue
from mail.pages import confirmation_pages
from tests.mail.conftest import HEAD, PROTOCOL, START, Serve, TestClock


def test_from_agreement_to_click(
    database: Engine, clock: TestClock, serve: Serve, tmp_path: Path
) -> None:
    confirmed: list[str] = []
    site = serve(
        confirmation_pages(
            lambda token: redeem(database, token, confirmed.append, clock()), HEAD.distributor
        )
    )
    with capture_logs() as logs:
        with database.begin() as connection:
            token = issue(connection, "consent-1", PROTOCOL, clock())
            link = f"{site}/confirmar-email/{token}"
            letter = confirmation(HEAD, "joao@example.com", link, protocol=PROTOCOL, at=START)
            enqueue(connection, letter, "confirmation consent-1", at=clock())
        Postman(database, MailboxCarrier(tmp_path / "mailbox"), clock).deliver_due()

        (mail,) = kept_mails(tmp_path / "mailbox")
        (link,) = re.findall(r"^http\S+$", mail.text, re.MULTILINE)
        assert requests.get(link, timeout=60).ok
        assert confirmed == []
        clock.advance(timedelta(hours=47))
        assert "E-mail confirmado" in requests.post(link, timeout=60).text
        assert "já foi confirmado" in requests.post(link, timeout=60).text
    assert confirmed == ["consent-1"]
    assert token not in str(logs)
    assert "joao" not in str(logs)
