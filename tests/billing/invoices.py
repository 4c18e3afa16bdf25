"""Invoices of every kind, made for the tests of what is printed and sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from billing.bank_boleto import BankBoleto
from billing.collection import CollectionCode
from billing.identifiers import Cnpj, UcNumber
from billing.model import (
    Address,
    Beneficiary,
    Bill,
    Holder,
    Invoice,
    InvoiceItem,
    MonthlyConsumption,
    Reading,
    Tax,
    Unit,
)
from billing.payment_code import PaymentKind
from billing.pix import dynamic_pix, static_pix

BENEFICIARY = Beneficiary("Rio Claro Distribuição de Energia S.A.", Cnpj("11222333000181").digits)
HOLDER = Holder("h", "Raimunda Nonata dos Santos", "52998224725", None)
ADDRESS = Address("Travessa Padre Eutíquio, 2109", "Batista Campos", "Belém", "PA", "66033000")
UNIT = Unit("u", "h", UcNumber.from_sequence(3_619_041, "999").digits, "3001234567", ADDRESS)
LONGEST = Holder(
    "l",
    "Cooperativa Agroextrativista dos Produtores de Açaí, Cacau e Castanha das Ilhas de Abaetetuba "
    "e Barcarena e Comunidades Quilombolas do Baixo Tocantins Ltda. - em recuperação judicial",
    "12ABC34501DE35",
    None,
)
FAR_AWAY = Address(
    "Rodovia Transamazônica, km 180, vicinal da Esperança, ramal Nossa Senhora de Nazaré, lote "
    "1427, fundos, próximo à Escola Municipal Professora Maria do Perpétuo Socorro",
    "Assentamento Rural Gleba Paraíso do Tapajós, setor Igarapé Grande",
    "São Domingos do Capim do Alto Araguaia",
    "PA",
    "68180000",
)
NOTICES = (
    "AVISO DE SUSPENSÃO: a conta de 09/2026, de R$ 1.234,56, está vencida. Sem o pagamento, o "
    "fornecimento pode ser suspenso a partir de 15 dias deste aviso.",
    "Bandeira vermelha patamar 2 em vigor: use menos o chuveiro e o ar-condicionado à noite.",
    "Mantenha seu cadastro em dia para receber a Tarifa Social de Energia Elétrica, se tiver "
    "direito a ela: inscreva-se no CadÚnico no CRAS mais próximo.",
)
KEY = "7d9f1c52-3b0e-4c8a-9e41-5a2f60b7c813"


def invoice(
    *,
    kind: PaymentKind = PaymentKind.BANK_BOLETO,
    cents: int = 28_700,
    month: date = date(2026, 10, 1),
    paid_on: date | None = None,
    kwh: int = 226,
    holder: Holder = HOLDER,
    unit: Unit = UNIT,
    beneficiary: Beneficiary = BENEFICIARY,
    pix: str | None = None,
    serial: int = 1,
    extra_items: int = 0,
    months: int = 13,
    messages: tuple[str, ...] = (),
) -> Invoice:
    """An invoice that adds up; each argument changes what it is named after."""
    due_on = month + timedelta(days=48)
    bill = Bill(
        id=f"b{serial}",
        unit_id=unit.id,
        month=month,
        issued_on=month + timedelta(days=35),
        due_on=due_on,
        amount_cents=cents,
        beneficiary=beneficiary,
        payment_line=payment_line(kind, cents, due_on, serial),
        pix=pix or static(cents, f"F{serial:024}"),
        paid_on=paid_on,
    )
    return Invoice(
        bill=bill,
        unit=unit,
        holder=holder,
        supply_class="B1 Residencial - Convencional bifásico",
        tariff_flag="Vermelha patamar 1",
        invoice_number=f"2610.{serial:06}",
        reading=_reading(month, kwh),
        items=_items(cents, kwh, extra_items),
        taxes=(
            Tax("ICMS", cents, 1900, cents * 19 // 100),
            Tax("PIS", cents * 81 // 100, 69, cents * 56 // 10_000),
            Tax("COFINS", cents * 81 // 100, 318, cents * 258 // 10_000),
        ),
        history=_history(month, kwh, months),
        messages=messages,
    )


def payment_line(kind: PaymentKind, cents: int, due_on: date, serial: int) -> str:
    """The line of either kind for an amount."""
    free = f"{serial * 97_531_864_209_753:025}"
    if kind is PaymentKind.COLLECTION:
        return CollectionCode.build(issuer="9988", amount_cents=cents, free_field=free).line
    return BankBoleto.build(bank="988", due_date=due_on, amount_cents=cents, free_field=free).line


def static(cents: int, txid: str) -> str:
    """A Pix that carries its amount."""
    return static_pix(
        key=KEY, merchant_name="Rio Claro", merchant_city="Belém", amount_cents=cents, txid=txid
    )


def _reading(month: date, kwh: int) -> Reading:
    current_on = month + timedelta(days=33)
    return Reading(
        previous_on=current_on - timedelta(days=31),
        current_on=current_on,
        next_on=current_on + timedelta(days=30),
        previous_kwh=30_777,
        current_kwh=30_777 + kwh,
        meter="LN18739545",
    )


def _items(cents: int, kwh: int, extra: int) -> tuple[InvoiceItem, ...]:
    lighting, each = min(2_210, cents // 2), 101
    energy = cents - lighting - each * extra
    return (
        InvoiceItem("Consumo - uso do sistema (TUSD)", kwh, 786_589, energy - energy // 3),
        InvoiceItem("Consumo - energia (TE)", kwh, 361_329, energy // 3),
        InvoiceItem("Contribuição de iluminação pública - Belém", None, None, lighting),
        *(
            InvoiceItem(f"Parcela {n:02} de acordo de débitos anteriores", None, None, each)
            for n in range(1, extra + 1)
        ),
    )


def _history(month: date, kwh: int, months: int) -> tuple[MonthlyConsumption, ...]:
    number = month.year * 12 + month.month - 1
    return tuple(
        MonthlyConsumption(
            date((number - back) // 12, (number - back) % 12 + 1, 1),
            kwh if back == 0 else kwh * (100 + back * 7 % 23) // 100,
        )
        for back in reversed(range(months))
    )


@dataclass(frozen=True)
class Case:
    """A kind of invoice, told by its name in a test's report."""

    name: str
    invoice: Invoice


def _both_kinds() -> list[Case]:
    company = replace(HOLDER, name="Açaí Marajó Ltda.", document="12ABC34501DE35")
    far = replace(UNIT, address=FAR_AWAY)
    location = "pix.example.com/qr/v2/cobv/8b3da2f39a4140d1a91abd93113bd441"
    changes: dict[str, dict[str, object]] = {
        "usual": {},
        "company": {"holder": company, "cents": 1_234_567, "kwh": 12_345},
        "longest names": {
            "holder": LONGEST,
            "unit": far,
            "beneficiary": replace(BENEFICIARY, name=f"{BENEFICIARY.name} - {LONGEST.name}"),
            "messages": NOTICES,
        },
        "old code only": {"unit": replace(UNIT, uc=None, customer_code="1990207")},
        "no consumption": {"kwh": 0, "cents": 1_435},
        "one cent": {"cents": 1, "kwh": 0},
        "many items": {"extra_items": 12, "messages": NOTICES[:1]},
        "hundreds of thousands": {"cents": 98_765_432, "kwh": 1_234_567, "extra_items": 2},
        "new unit": {"months": 1},
        "three months old": {"months": 3},
        "dynamic Pix": {
            "pix": dynamic_pix(location=location, merchant_name="Rio Claro", merchant_city="Belém")
        },
        "longest Pix": {
            "pix": static_pix(
                key="contas.de.energia@distribuidora.example.com",
                merchant_name="Rio Claro Distribuidora de Energia",
                merchant_city="São Domingos do Capim",
                amount_cents=98_765_432,
                txid="A1B2C3D4E5F6G7H8I9J0K1L2M",
                description="conta 10/2026 cod 3001234",
            )
        },
    }
    return [
        Case(f"{name}, {kind.value}", invoice(kind=kind, serial=serial, **change))  # type: ignore[arg-type]
        for kind in PaymentKind
        for serial, (name, change) in enumerate(changes.items(), start=1)
    ]


OPEN = [
    *_both_kinds(),
    Case("messages", invoice(messages=NOTICES, serial=90)),
    Case("leap year", invoice(month=date(2028, 1, 1), serial=91)),
]
PAID = [
    Case("paid", invoice(paid_on=date(2026, 11, 10))),
    Case(
        "paid, longest names",
        invoice(paid_on=date(2026, 12, 10), holder=LONGEST, kind=PaymentKind.COLLECTION),
    ),
]
