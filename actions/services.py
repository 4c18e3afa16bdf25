"""The services of Clara and the intents that ask for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One service: its form is ``<name>_form`` and its label the reply ``label_<name>``."""

    name: str
    intent: str

    @property
    def form(self) -> str:
        """The Rasa form that collects what the service needs."""
        return f"{self.name}_form"

    @property
    def label(self) -> str:
        """The reply that names the service to the customer."""
        return f"label_{self.name}"


SERVICES = (
    Service("duplicate_invoice", "request_duplicate_invoice"),
    Service("barcode", "request_barcode"),
    Service("pix", "request_pix"),
    Service("debts", "check_debts"),
    Service("email_subscription", "subscribe_email_invoice"),
    Service("email_change", "change_invoice_email"),
    Service("email_cancellation", "unsubscribe_email_invoice"),
    Service("payment_report", "report_payment"),
)

BY_NAME = {service.name: service for service in SERVICES}
BY_INTENT = {service.intent: service for service in SERVICES}
