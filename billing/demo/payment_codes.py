"""What a demo bill is paid with: codes that are well formed and lead nowhere."""

from __future__ import annotations

from hashlib import sha256

from billing.bank_boleto import BankBoleto
from billing.collection import CollectionCode
from billing.demo.bills import BilledMonth
from billing.demo.distributor import BANK, COLLECTION_ISSUER, PIX_CITY, PIX_KEY, PIX_NAME
from billing.pix import static_pix


def payment_line(billed: BilledMonth) -> str:
    """Return the 48 digits of a collection code or the 47 of a bank boleto."""
    dates, amount = billed.dates, billed.charges.total_cents
    reference = f"{billed.demo_unit.unit.customer_code:0>10}{dates.month:%Y%m}"
    if billed.demo_unit.by_collection:
        return CollectionCode.build(
            issuer=COLLECTION_ISSUER,
            amount_cents=amount,
            free_field=f"{dates.due_on:%Y%m%d}{reference}".ljust(25, "0"),
        ).line
    return BankBoleto.build(
        bank=BANK,
        due_date=dates.due_on,
        amount_cents=amount,
        free_field=reference.ljust(25, "0"),
    ).line


def pix_code(billed: BilledMonth) -> str:
    """Return the BR Code of the bill, with a txid of its own."""
    return static_pix(
        key=PIX_KEY,
        merchant_name=PIX_NAME,
        merchant_city=PIX_CITY,
        amount_cents=billed.charges.total_cents,
        txid=sha256(billed.bill_id.encode()).hexdigest()[:25].upper(),
    )
