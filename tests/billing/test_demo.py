"""The demo distributor: every case is there, all adds up, and it follows the day."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.engine import Engine

from billing.bank_boleto import BankBoleto
from billing.collection import CollectionCode
from billing.database import DatabaseGateway, migrate, open_engine
from billing.database.tables import bills, email_consents, email_withdrawals, holders
from billing.demo import NotADemoDatabase, fill, showcase
from billing.demo.bills import BilledMonth, billed_months
from billing.demo.fill import demo_customers
from billing.demo.payment_codes import payment_line, pix_code
from billing.demo.rows import unit_and_bill_rows
from billing.identifiers import Cnpj, Cpf, UcNumber, parse_customer_number
from billing.model import Consent, EmailInvoiceState
from billing.payment_code import parse_payment_line
from billing.pix import parse_pix
from tests.servers.postgres import PostgresServer

TODAY = date(2026, 11, 24)
# A Sunday, ends of long and short months, a leap day, the turn of the year.
DAYS = [TODAY, date(2027, 5, 2), date(2026, 12, 31), date(2027, 3, 1), date(2028, 2, 29)]
CUSTOMERS = demo_customers()
UNITS = [demo_unit for customer in CUSTOMERS for demo_unit in customer.units]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path_factory.mktemp('demo')}/billing.db"
    migrate(url)
    engine = open_engine(url)
    fill(engine, TODAY)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def gateway(engine: Engine) -> DatabaseGateway:
    return DatabaseGateway(engine)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@pytest.fixture(scope="module")
def billed(today: date) -> list[list[BilledMonth]]:
    """The bills of every unit on one of the days."""
    return [billed_months(demo_unit, today) for demo_unit in UNITS]


# Who is there


def test_there_are_about_three_hundred_holders(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(holders)).scalar() == 300


def test_customers_are_the_same_every_time() -> None:
    assert demo_customers() == CUSTOMERS


def test_every_number_is_valid_and_nobodys_twice() -> None:
    for customer in CUSTOMERS:
        kind = Cpf if customer.birth_date else Cnpj
        assert kind(customer.holder.document).digits == customer.holder.document
    for demo_unit in UNITS:
        parse_customer_number(demo_unit.unit.customer_code)
        assert demo_unit.unit.uc is None or UcNumber(demo_unit.unit.uc)
    for numbers in (
        [customer.holder.document for customer in CUSTOMERS],
        [demo_unit.unit.customer_code for demo_unit in UNITS],
        [demo_unit.unit.uc for demo_unit in UNITS if demo_unit.unit.uc],
    ):
        assert len(set(numbers)) == len(numbers)


def test_mail_leads_nowhere() -> None:
    emails = [customer.holder.email for customer in CUSTOMERS if customer.holder.email]
    assert all(email.endswith("@example.com") for email in emails)


@pytest.mark.parametrize(
    ("case", "least"),
    [
        (lambda c: c.birth_date is not None, 200),
        (lambda c: c.holder.is_company and c.holder.document.isdigit(), 10),
        (lambda c: c.holder.is_company and not c.holder.document.isdigit(), 10),
        (lambda c: len(c.units) > 1, 20),
        (lambda c: c.email_active, 20),
        (lambda c: c.holder.email is None, 20),
        (lambda c: any(u.unit.uc is None for u in c.units), 20),
        (lambda c: any(u.by_collection for u in c.units), 20),
        (lambda c: any(u.supply_class.free_kwh for u in c.units), 20),
    ],
    ids=[
        "person",
        "numeric CNPJ",
        "alphanumeric CNPJ",
        "several units",
        "bills by e-mail",
        "no e-mail",
        "old code only",
        "collection code",
        "low income",
    ],
)
def test_every_kind_of_customer_is_there_often(case: Any, least: int) -> None:
    assert sum(map(case, CUSTOMERS)) >= least


# What they owe


def test_every_kind_of_debt_is_there_often(billed: list[list[BilledMonth]], today: date) -> None:
    kinds: Counter[str] = Counter()
    for months in billed:
        open_due = [month.dates.due_on for month in months if month.paid_on is None]
        kinds[f"{len(open_due)} open"] += 1
        kinds["overdue"] += any(due < today for due in open_due)
        kinds["only not yet due"] += bool(open_due) and min(open_due) >= today
        kinds["paid yesterday"] += months[-1].paid_on == today - timedelta(days=1)
    assert set(kinds) == {
        "0 open",
        "1 open",
        "2 open",
        "3 open",
        "overdue",
        "only not yet due",
        "paid yesterday",
    }
    assert min(kinds.values()) >= 20


def test_dates_follow_one_another(billed: list[list[BilledMonth]], today: date) -> None:
    for months in billed:
        assert len(months) == 13
        for month in months:
            dates = month.dates
            assert dates.previous_reading < dates.reading < dates.issued_on < dates.due_on
            assert dates.due_on.weekday() < 5
            assert month.paid_on is None or dates.issued_on <= month.paid_on < today
        for earlier, later in pairwise(months):
            assert earlier.dates.reading == later.dates.previous_reading
            assert earlier.dates.next_reading == later.dates.reading
            assert (earlier.dates.month + timedelta(days=31)).replace(day=1) == later.dates.month
        assert months[-1].dates.issued_on <= today
        # No bill is missing: the next one is still to come.
        assert months[-1].dates.next_reading > today


def test_items_add_up_and_taxes_are_inside(billed: list[list[BilledMonth]]) -> None:
    for month in (month for months in billed for month in months):
        charges = month.charges
        energy = 0
        for item in charges.items:
            if item.quantity_kwh is not None and item.unit_price_millionths is not None:
                exact = item.quantity_kwh * item.unit_price_millionths / 10_000
                assert abs(item.amount_cents - exact) <= 0.5
                energy += item.amount_cents
            elif item.description.startswith("Desconto"):
                energy += item.amount_cents
        icms, pis, cofins = charges.taxes
        assert (icms.name, pis.name, cofins.name) == ("ICMS", "PIS", "COFINS")
        assert icms.base_cents == energy == charges.energy_cents
        assert pis.base_cents == cofins.base_cents == energy - icms.amount_cents
        for tax in charges.taxes:
            exact = tax.base_cents * tax.rate_basis_points / 10_000
            assert abs(tax.amount_cents - exact) <= 0.5
        assert 0 < charges.total_cents == sum(item.amount_cents for item in charges.items)


def test_late_payments_are_charged_on_the_next_bill(billed: list[list[BilledMonth]]) -> None:
    fined = 0
    for months in billed:
        for earlier, later in pairwise(months):
            fines = [i for i in later.charges.items if i.description.startswith("Multa")]
            assert bool(fines) == (earlier.days_late > 0)
            fined += len(fines)
            for fine in fines:
                assert abs(fine.amount_cents - earlier.charges.energy_cents * 0.02) <= 0.5
    assert fined >= 20


def test_payment_codes_say_amount_and_due_date(today: date) -> None:
    lines = set()
    for demo_unit in UNITS[::5] + [unit for unit in UNITS if unit.by_collection][:20]:
        for month in billed_months(demo_unit, today)[-3:]:
            line, pix = payment_line(month), parse_pix(pix_code(month))
            code = parse_payment_line(line, today=month.dates.issued_on)
            assert code.amount_cents == pix.amount_cents == month.charges.total_cents
            if demo_unit.by_collection:
                assert line.startswith("83")
                issued_for = CollectionCode.parse(line).free_field[:8]
                assert issued_for == f"{month.dates.due_on:%Y%m%d}"
            else:
                assert BankBoleto.parse(line).bank == "988"  # nobody's
                assert code.due_date == month.dates.due_on
            lines.add((line, pix.txid))
    assert len(lines) == len({line for line, _ in lines}) == len({txid for _, txid in lines})


def test_the_oldest_bill_shows_thirteen_months_of_consumption(gateway: DatabaseGateway) -> None:
    for demo_unit in UNITS[::40]:
        oldest = gateway.bills(demo_unit.unit.id)[-1]
        invoice = gateway.invoice(oldest.id)
        assert len(invoice.history) == 13
        assert all(point.kwh > 0 for point in invoice.history)
        assert sum(item.amount_cents for item in invoice.items) == invoice.bill.amount_cents


def test_bills_say_that_they_are_not_real(gateway: DatabaseGateway) -> None:
    newest = gateway.bills(UNITS[0].unit.id)[0]
    assert "fictícios" in gateway.invoice(newest.id).messages[0]


# The showcase


def test_the_showcase_shows_ten_customers_of_the_demo(gateway: DatabaseGateway) -> None:
    entries = showcase(TODAY)
    assert len(entries) == 10
    for entry in entries:
        number = parse_customer_number(entry.customer_code)
        if entry.birth_date:
            holder = gateway.holder_by_person(Cpf.parse(entry.document), entry.birth_date)
        else:
            holder = gateway.holder_by_company(Cnpj.parse(entry.document), number)
        assert holder is not None
        assert (holder.name, holder.email) == (entry.name, entry.email)
        owed = sorted(
            (bill.due_on, bill.amount_cents)
            for unit in gateway.units(holder.id)
            for bill in gateway.open_bills(unit.id)
        )
        assert owed == list(entry.open_bills)


def test_the_showcase_keeps_to_its_descriptions(today: date) -> None:
    found = {entry.description: entry for entry in showcase(today)}
    opened = {text.split(";")[0].rstrip("."): entry.open_bills for text, entry in found.items()}
    assert [due > today for due, _ in opened["Uma conta em aberto, ainda no prazo"]] == [True]
    assert opened["Nenhuma conta em aberto"] == opened["A última conta foi paga ontem"] == ()
    assert len(opened["Três contas em aberto na mesma unidade"]) == 3
    overdue = opened["Uma conta vencida, paga como conta de consumo (código de 48 dígitos)"]
    assert [due < today for due, _ in overdue] == [True]
    three_units = opened["Três unidades: em dia, a vencer e vencida"]
    assert [due < today for due, _ in three_units] == [True, False]


def test_who_is_in_the_showcase_does_not_depend_on_the_day(today: date) -> None:
    def identity(day: date) -> list[tuple[Any, ...]]:
        return [(e.name, e.document, e.birth_date, e.customer_code, e.uc) for e in showcase(day)]

    assert identity(today) == identity(TODAY)


# Filling


def test_the_same_day_gives_the_same_bills() -> None:
    some = CUSTOMERS[:30]
    assert unit_and_bill_rows(some, TODAY) == unit_and_bill_rows(some, TODAY)


def test_moving_by_a_day_moves_dates_and_keeps_amounts() -> None:
    now, later = (billed_months(UNITS[0], TODAY + timedelta(days=n))[-1] for n in (0, 1))
    assert now.bill_id == later.bill_id
    assert now.charges == later.charges
    assert now.dates.issued_on + timedelta(days=1) == later.dates.issued_on


def count_bills(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(bills)).scalar())


def word_of(holder_id: str) -> Consent:
    given_at = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
    return Consent(holder_id, "Quero.", "1", "web", "20261124000001", given_at)


def test_filling_again_moves_the_day_and_keeps_what_customers_said(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    for url in (f"sqlite:///{tmp_path}/billing.db", postgres_server.new_database()):
        migrate(url)
        engine = open_engine(url)
        gateway = DatabaseGateway(engine)
        fill(engine, TODAY)
        filled = count_bills(engine)
        maria = gateway.holder_by_person(Cpf("52998224725"), date(1984, 10, 13))
        larissa = gateway.holder_by_person(Cpf("16899535009"), date(1987, 4, 5))
        assert maria is not None
        assert larissa is not None
        assert gateway.email_invoice(larissa.id).state is EmailInvoiceState.ACTIVE
        waiting = gateway.request_email_invoice(
            word_of(maria.id), "new@example.org", idempotency_key="1"
        )
        assert waiting is not None
        gateway.end_email_invoice(word_of(larissa.id), idempotency_key="2")

        fill(engine, TODAY + timedelta(days=40))

        assert count_bills(engine) == filled
        (unit,) = gateway.units(maria.id)
        assert gateway.open_bills(unit.id)[0].due_on > TODAY + timedelta(days=40)
        confirmed = gateway.confirm_email_invoice(waiting.id)
        assert confirmed.state is EmailInvoiceState.ACTIVE
        assert gateway.email_invoice(larissa.id).state is EmailInvoiceState.INACTIVE
        with engine.connect() as connection:
            withdrawals = connection.execute(select(email_withdrawals.c.holder_id)).scalars()
            assert list(withdrawals) == [larissa.id]
            seeds = select(func.count()).where(email_consents.c.idempotency_key == "demo")
            assert connection.execute(seeds).scalar() == sum(c.email_active for c in CUSTOMERS)
        engine.dispose()


def test_a_database_with_customers_of_its_own_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/billing.db"
    migrate(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        somebody = {"id": "1", "name": "Somebody", "document": "52998224725"}
        connection.execute(insert(holders), somebody)
    with pytest.raises(NotADemoDatabase):
        fill(engine, TODAY)
    assert count_bills(engine) == 0


def test_the_command_fills_and_prints_whom_to_try(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/billing.db"
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "billing.demo"),
            *("--database-url", url, "--today", "2026-11-24"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    for entry in showcase(TODAY):
        assert f"{entry.name}: {entry.description}" in answer.stdout
    assert "CPF 529.982.247-25 · nascimento 13/10/1984" in answer.stdout
    assert count_bills(open_engine(url)) > 0
