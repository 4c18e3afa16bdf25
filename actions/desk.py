"""What the actions work with: the billing system, the records of the attendance, the mail.

Set once by whoever starts Clara; an action server started by ``rasa run actions`` sets it from
the environment at its first use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from threading import Lock

from sqlalchemy.engine import Engine

import records
from actions.turn_billing import TurnBilling
from attendance.attachments import Attachments
from attendance.attendances import Attendances
from attendance.clock import Clock, local_date, now
from attendance.handoffs import Handoffs, OpeningHours
from attendance.proofs import Proofs
from billing.database import DatabaseGateway, open_engine
from billing.gateway import BillingGateway
from billing.rest import RestGateway
from settings import Distributor, Settings, load


@dataclass(frozen=True)
class Desk:
    """Everything that an action may use beside the message itself."""

    distributor: Distributor
    public_url: str
    mail_sender: str
    keeps_mail: bool  # mail stays in the built-in mailbox
    records: Engine
    billing: BillingGateway
    attendances: Attendances
    proofs: Proofs
    handoffs: Handoffs
    hours: OpeningHours
    attachments: Attachments
    clock: Clock

    @property
    def today(self) -> date:
        """Today where the distributor is."""
        return local_date(self.clock())


_desk: Desk | None = None
_opening = Lock()


def open_desk(
    settings: Settings, records_engine: Engine, billing: BillingGateway, clock: Clock = now
) -> Desk:
    """Make the desk that all actions of this process use from now on."""
    global _desk
    distributor = settings.distributor
    _desk = Desk(
        distributor=distributor,
        public_url=settings.web.public_url,
        mail_sender=settings.smtp.sender,
        keeps_mail=settings.smtp.host is None,
        records=records_engine,
        billing=TurnBilling(billing),
        attendances=Attendances(records_engine, clock),
        proofs=Proofs(records_engine, settings.secret, clock),
        handoffs=Handoffs(records_engine, clock),
        hours=OpeningHours(
            distributor.attendance_opens,
            distributor.attendance_closes,
            distributor.local_holidays,
        ),
        attachments=Attachments(records_engine, clock),
        clock=clock,
    )
    return _desk


def desk() -> Desk:
    """The desk of this process."""
    with _opening:
        if _desk is None:
            settings = load()
            engine = records.connect(settings.records_url)
            records.migrate(engine)
            open_desk(settings, engine, billing_gateway(settings))
    assert _desk is not None  # noqa: S101  # open_desk has set it
    return _desk


def billing_gateway(settings: Settings) -> BillingGateway:
    """The billing system that the settings name."""
    billing = settings.billing
    if billing.rest_url and billing.rest_token:
        return RestGateway(billing.rest_url, billing.rest_token)
    return DatabaseGateway(open_engine(billing.database_url))
