"""The mail's part of the house: how it goes out, and the pages behind its links."""

from __future__ import annotations

from datetime import datetime, timezone

from sanic import Sanic
from sqlalchemy.engine import Engine as Records

from billing.gateway import BillingGateway, BillingRecordNotFound
from mail.carrier import Carrier
from mail.confirmation import Redemption, redeem
from mail.mailbox import MailboxCarrier
from mail.mailbox_pages import mailbox_pages
from mail.outbox import Postman
from mail.pages import confirmation_pages
from mail.smtp import Security, SmtpCarrier
from settings import Settings


def make_postman(settings: Settings, records: Records) -> Postman:
    """Whoever takes mail out: over SMTP, or into the built-in mailbox where there is none."""
    return Postman(records, _carrier(settings))


def attach_pages(app: Sanic, settings: Settings, records: Records, billing: BillingGateway) -> None:
    """Serve the confirmation pages, and the built-in mailbox where it is in use."""

    def confirm(token: str) -> Redemption:
        return redeem(
            records,
            token,
            billing.confirm_email_invoice,
            datetime.now(timezone.utc),
            gone=BillingRecordNotFound,
        )

    app.blueprint(confirmation_pages(confirm, settings.distributor.name))
    if settings.smtp.host is None:
        app.blueprint(mailbox_pages(settings.mailbox_dir, settings.distributor.name))


def _carrier(settings: Settings) -> Carrier:
    smtp = settings.smtp
    if smtp.host is None:
        return MailboxCarrier(settings.mailbox_dir)
    return SmtpCarrier(smtp.host, smtp.port, Security(smtp.security), smtp.user, smtp.password)
