"""A handful of customers, small enough to hold in mind, that gateways are tried against.

Maria has a flat, connected second, and a house, connected first. The flat has two open bills and
a year of paid ones; the house owes nothing. Açaí Marajó is a company with a shop that still has
only the old number. João has no registered e-mail.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Engine

from billing.bank_boleto import BankBoleto
from billing.database import tables
from billing.database.engine import WRITES
from billing.identifiers import Cnpj, Cpf, CustomerCode, UcNumber
from billing.pix import static_pix

MARIA, ACAI, JOAO = "maria", "acai-marajo", "joao"
MARIA_CPF, MARIA_BIRTH, MARIA_EMAIL = Cpf("52998224725"), date(1984, 10, 13), "maria@example.com"
JOAO_CPF, JOAO_BIRTH = Cpf("11144477735"), date(1959, 5, 2)
ACAI_CNPJ = Cnpj("12ABC34501DE35")
UNKNOWN_CPF, UNKNOWN_CNPJ = Cpf("39053344705"), Cnpj("11222333000181")

HOUSE, FLAT, SHOP, SHACK = "house", "flat", "shop", "shack"
FLAT_CODE, FLAT_UC = CustomerCode("3001234567"), UcNumber.from_sequence(4_102, "999")
SHOP_CODE = CustomerCode("1990207")
UNKNOWN_CODE, UNKNOWN_UC = CustomerCode("9999999999"), UcNumber.from_sequence(4_103, "999")

OLDER_OPEN, NEWER_OPEN, LAST_PAID = "flat-2026-10", "flat-2026-11", "flat-2026-09"
LAST_PAID_ON = date(2026, 10, 2)
ITEMS = (("Consumo", 200, 1_150_000, 23_000), ("Iluminação pública", None, None, 1_435))
TAXES = (("ICMS", 23_000, 1900, 4_370), ("PIS", 18_630, 69, 129), ("COFINS", 18_630, 318, 592))
MESSAGES = ["Bandeira amarela.", "Débito anterior: 10/2026."]


def rebuild(engine: Engine) -> None:
    """Empty every table and fill it again."""
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(table.delete())
        for table, rows in _rows():
            connection.execute(insert(table), rows)


def _rows() -> list[tuple[Any, list[dict[str, Any]]]]:
    months = [date(2025 + i // 12, i % 12 + 1, 1) for i in range(8, 23)]  # Sep 2025 to Nov 2026
    return [
        (tables.holders, _holders()),
        (tables.units, _units()),
        (tables.readings, [_reading(month, number) for number, month in enumerate(months)]),
        (tables.bills, [_bill(month) for month in months]),
        (tables.invoice_items, [_item(NEWER_OPEN, n, item) for n, item in enumerate(ITEMS)]),
        (tables.taxes, [_tax(NEWER_OPEN, n, tax) for n, tax in enumerate(TAXES)]),
        (
            tables.payments,
            [_payment(month) for month in months[:-2]]
            # Paid again by mistake: the first payment is the one that counts.
            + [{**_payment(months[-3]), "paid_on": date(2026, 10, 20)}],
        ),
    ]


def _holders() -> list[dict[str, Any]]:
    columns = "id", "name", "document", "birth_date", "email"
    rows = (
        (MARIA, "Maria de Nazaré Pantoja", MARIA_CPF.digits, MARIA_BIRTH, MARIA_EMAIL),
        (JOAO, "João Lobato", JOAO_CPF.digits, JOAO_BIRTH, None),
        (ACAI, "Açaí Marajó Ltda.", ACAI_CNPJ.digits, None, "contas@example.com"),
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _units() -> list[dict[str, Any]]:
    columns = "id", "holder_id", "customer_code", "uc", "connected_on"
    rows = (
        (FLAT, MARIA, FLAT_CODE.digits, FLAT_UC.digits, date(2019, 3, 1)),
        (HOUSE, MARIA, "3001234568", UcNumber.from_sequence(77, "999").digits, date(2008, 7, 1)),
        (SHOP, ACAI, SHOP_CODE.digits, None, date(2012, 1, 9)),
        (SHACK, JOAO, "84009474", UcNumber.from_sequence(78, "999").digits, date(2001, 2, 3)),
    )
    address = {
        "street": "Rua dos Mundurucus, 1450, apto. 302",
        "district": "Jurunas",
        "city": "Belém",
        "state": "PA",
        "postal_code": "66055120",
    }
    return [{**dict(zip(columns, row, strict=True)), **address} for row in rows]


def _reading(month: date, number: int) -> dict[str, Any]:
    return {
        "unit_id": FLAT,
        "month": month,
        "previous_on": month.replace(day=4),
        "current_on": month.replace(day=5),
        "next_on": month.replace(day=6),
        "previous_kwh": 1_000 + 200 * number,
        "current_kwh": 1_200 + 200 * number,
        "meter": "LN00012345",
    }


def _bill(month: date) -> dict[str, Any]:
    due_on, amount = month.replace(day=22), 24_435
    boleto = BankBoleto.build(
        bank="988", due_date=due_on, amount_cents=amount, free_field=f"{month:%Y%m}".zfill(25)
    )
    return {
        "id": f"flat-{month:%Y-%m}",
        "unit_id": FLAT,
        "month": month,
        "issued_on": month.replace(day=8),
        "due_on": due_on,
        "amount_cents": amount,
        "beneficiary_name": "Luz do Norte Distribuidora de Energia S.A.",
        "beneficiary_cnpj": "98765432000198",
        "payment_line": boleto.line,
        "pix": static_pix(
            key="7d9f1c52-3b0e-4c8a-9e41-5a2f60b7c813",
            merchant_name="Luz do Norte",
            merchant_city="Belém",
            amount_cents=amount,
            txid=f"{month:%Y%m}",
        ),
        "supply_class": "B1 Residencial - Convencional bifásico",
        "tariff_flag": "Amarela",
        "invoice_number": f"{month:%y%m}.0001",
        "messages": MESSAGES if month == date(2026, 11, 1) else [],
    }


def _payment(month: date) -> dict[str, Any]:
    paid_on = LAST_PAID_ON if month == date(2026, 9, 1) else month.replace(day=20)
    return {
        "bill_id": f"flat-{month:%Y-%m}",
        "paid_on": paid_on,
        "amount_cents": 24_435,
        "method": "pix",
    }


def _item(bill_id: str, position: int, item: tuple[Any, ...]) -> dict[str, Any]:
    columns = "description", "quantity_kwh", "unit_price_millionths", "amount_cents"
    return {"bill_id": bill_id, "position": position, **dict(zip(columns, item, strict=True))}


def _tax(bill_id: str, position: int, tax: tuple[Any, ...]) -> dict[str, Any]:
    columns = "name", "base_cents", "rate_basis_points", "amount_cents"
    return {"bill_id": bill_id, "position": position, **dict(zip(columns, tax, strict=True))}
