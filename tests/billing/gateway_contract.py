"""What every billing gateway must do. Subclasses say which gateway, over which database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timezone

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.engine import Engine

from billing.database.tables import email_consents, email_withdrawals
from billing.gateway import BillingGateway, BillingRecordNotFound, BillingUnavailable
from billing.identifiers import Cpf
from billing.model import Consent, EmailInvoice, EmailInvoiceState, MonthlyConsumption
from tests.billing import world

INACTIVE = EmailInvoice(EmailInvoiceState.INACTIVE)


def active(email: str) -> EmailInvoice:
    return EmailInvoice(EmailInvoiceState.ACTIVE, email=email)


def pending(email: str, in_force: str | None = None) -> EmailInvoice:
    return EmailInvoice(EmailInvoiceState.PENDING, email=in_force, pending_email=email)


def consent(holder_id: str = world.MARIA) -> Consent:
    return Consent(
        holder_id=holder_id,
        text="Quero receber a conta por e-mail.",
        text_version="3",
        channel="whatsapp",
        protocol="20261124000017",
        given_at=datetime(2026, 11, 24, 14, 30, 5, tzinfo=timezone.utc),
    )


Operation = Callable[[BillingGateway], object]

BY_UNKNOWN_ID: dict[str, Operation] = {
    "holder": lambda g: g.holder("nobody"),
    "units": lambda g: g.units("nobody"),
    "open_bills": lambda g: g.open_bills("nothing"),
    "bills": lambda g: g.bills("nothing"),
    "bill": lambda g: g.bill("nothing"),
    "invoice": lambda g: g.invoice("nothing"),
    "email_invoice": lambda g: g.email_invoice("nobody"),
    "request_email_invoice": lambda g: g.request_email_invoice(
        consent("nobody"), "a@example.com", idempotency_key="k"
    ),
    "confirm_email_invoice": lambda g: g.confirm_email_invoice("nothing"),
    "end_email_invoice": lambda g: g.end_email_invoice(consent("nobody"), idempotency_key="k"),
}

Effect = Callable[[BillingGateway, str], object]

EFFECTS: dict[str, tuple[Effect, Table]] = {
    "request_email_invoice": (
        lambda g, key: g.request_email_invoice(consent(), "a@example.org", idempotency_key=key),
        email_consents,
    ),
    "end_email_invoice": (
        lambda g, key: g.end_email_invoice(consent(), idempotency_key=key),
        email_withdrawals,
    ),
}
"""What changes something on the billing side, by its key, and where that is on record."""

SEARCHES: dict[str, Operation] = {
    "unit_by_number": lambda g: g.unit_by_number(world.FLAT_CODE),
    "holder_by_person": lambda g: g.holder_by_person(world.MARIA_CPF, world.MARIA_BIRTH),
    "holder_by_company": lambda g: g.holder_by_company(world.ACAI_CNPJ, world.SHOP_CODE),
}


class GatewayContract:
    """Subclasses provide the fixtures ``engine``, ``gateway`` and ``stopped_gateway``."""

    @pytest.fixture(autouse=True)
    def _known_world(self, engine: Engine) -> None:
        world.rebuild(engine)

    # Who a customer is

    def test_a_unit_is_found_by_either_of_its_numbers(self, gateway: BillingGateway) -> None:
        by_code = gateway.unit_by_number(world.FLAT_CODE)
        assert by_code is not None
        assert by_code == gateway.unit_by_number(world.FLAT_UC)
        assert (by_code.id, by_code.holder_id) == (world.FLAT, world.MARIA)
        assert (by_code.uc, by_code.customer_code) == (world.FLAT_UC.digits, "3001234567")
        assert by_code.address.city == "Belém"

    def test_a_unit_may_have_only_the_old_number(self, gateway: BillingGateway) -> None:
        unit = gateway.unit_by_number(world.SHOP_CODE)
        assert unit is not None
        assert unit.uc is None

    def test_an_unknown_number_finds_nothing(self, gateway: BillingGateway) -> None:
        assert gateway.unit_by_number(world.UNKNOWN_CODE) is None
        assert gateway.unit_by_number(world.UNKNOWN_UC) is None

    def test_a_person_is_found_by_cpf_and_date_of_birth(self, gateway: BillingGateway) -> None:
        holder = gateway.holder_by_person(world.MARIA_CPF, world.MARIA_BIRTH)
        assert holder is not None
        assert (holder.id, holder.name) == (world.MARIA, "Maria de Nazaré Pantoja")
        assert (holder.document, holder.email) == (world.MARIA_CPF.digits, world.MARIA_EMAIL)
        assert not holder.is_company

    @pytest.mark.parametrize(
        ("cpf", "birth"),
        [
            (world.MARIA_CPF, date(1984, 10, 14)),
            (world.MARIA_CPF, world.JOAO_BIRTH),
            (world.MARIA_CPF, date.min),
            (world.UNKNOWN_CPF, world.MARIA_BIRTH),
            (world.UNKNOWN_CPF, date.min),
        ],
    )
    def test_a_wrong_date_looks_like_an_unknown_cpf(
        self, gateway: BillingGateway, cpf: Cpf, birth: date
    ) -> None:
        assert gateway.holder_by_person(cpf, birth) is None

    def test_a_company_is_found_by_cnpj_and_one_of_its_units(self, gateway: BillingGateway) -> None:
        holder = gateway.holder_by_company(world.ACAI_CNPJ, world.SHOP_CODE)
        assert holder is not None
        assert holder.id == world.ACAI
        assert holder.is_company

    def test_a_company_is_not_found_by_the_unit_of_another(self, gateway: BillingGateway) -> None:
        assert gateway.holder_by_company(world.ACAI_CNPJ, world.FLAT_CODE) is None
        assert gateway.holder_by_company(world.ACAI_CNPJ, world.UNKNOWN_UC) is None
        assert gateway.holder_by_company(world.UNKNOWN_CNPJ, world.SHOP_CODE) is None

    def test_units_come_in_the_order_they_were_connected(self, gateway: BillingGateway) -> None:
        assert [unit.id for unit in gateway.units(world.MARIA)] == [world.HOUSE, world.FLAT]

    def test_a_holder_may_have_no_registered_email(self, gateway: BillingGateway) -> None:
        assert gateway.holder(world.JOAO).email is None

    # What a customer owes

    def test_open_bills_come_oldest_due_first(self, gateway: BillingGateway) -> None:
        bills = gateway.open_bills(world.FLAT)
        assert [bill.id for bill in bills] == [world.OLDER_OPEN, world.NEWER_OPEN]
        assert all(bill.is_open for bill in bills)

    def test_a_unit_that_owes_nothing_has_no_open_bills(self, gateway: BillingGateway) -> None:
        assert list(gateway.open_bills(world.HOUSE)) == []

    def test_the_last_bills_come_newest_first_whether_paid_or_not(
        self, gateway: BillingGateway
    ) -> None:
        bills = gateway.bills(world.FLAT)
        assert len(bills) == 13
        assert [bill.id for bill in bills[:3]] == [
            world.NEWER_OPEN,
            world.OLDER_OPEN,
            world.LAST_PAID,
        ]

    def test_fewer_months_may_be_asked_for(self, gateway: BillingGateway) -> None:
        assert [bill.id for bill in gateway.bills(world.FLAT, months=1)] == [world.NEWER_OPEN]

    def test_a_bill_can_be_paid(self, gateway: BillingGateway) -> None:
        bill = gateway.bill(world.NEWER_OPEN)
        assert (bill.month, bill.issued_on) == (date(2026, 11, 1), date(2026, 11, 8))
        assert (bill.due_on, bill.amount_cents) == (date(2026, 11, 22), 24_435)
        assert bill.payment_code.amount_cents == bill.amount_cents
        assert bill.payment_code.due_date == bill.due_on
        assert bill.beneficiary.cnpj == "98765432000198"
        assert bill.pix.startswith("000201")

    def test_a_bill_paid_twice_was_paid_the_first_time(self, gateway: BillingGateway) -> None:
        assert gateway.bill(world.LAST_PAID).paid_on == world.LAST_PAID_ON

    def test_an_invoice_has_all_that_is_printed(self, gateway: BillingGateway) -> None:
        invoice = gateway.invoice(world.NEWER_OPEN)
        assert invoice.bill == gateway.bill(world.NEWER_OPEN)
        assert invoice.unit == gateway.unit_by_number(world.FLAT_UC)
        assert invoice.holder == gateway.holder(world.MARIA)
        assert invoice.supply_class == "B1 Residencial - Convencional bifásico"
        assert invoice.tariff_flag == "Amarela"
        assert invoice.invoice_number == "2611.0001"
        assert invoice.messages == tuple(world.MESSAGES)
        assert [tuple(vars(item).values()) for item in invoice.items] == list(world.ITEMS)
        assert [tuple(vars(tax).values()) for tax in invoice.taxes] == list(world.TAXES)

    def test_an_invoice_shows_thirteen_months_the_billed_one_last(
        self, gateway: BillingGateway
    ) -> None:
        invoice = gateway.invoice(world.NEWER_OPEN)
        assert [point.month for point in invoice.history] == sorted(
            bill.month for bill in gateway.bills(world.FLAT)
        )
        assert invoice.history[-1] == MonthlyConsumption(date(2026, 11, 1), 200)
        assert invoice.reading.current_kwh == 4_000
        assert invoice.reading.consumption_kwh == 200

    def test_the_history_of_an_older_invoice_ends_with_its_month(
        self, gateway: BillingGateway
    ) -> None:
        history = gateway.invoice(world.LAST_PAID).history
        assert history[-1].month == date(2026, 9, 1)
        assert len(history) == 13

    # Bills by e-mail

    def test_bills_do_not_go_by_email_until_agreed(self, gateway: BillingGateway) -> None:
        assert gateway.email_invoice(world.MARIA) == INACTIVE

    @pytest.mark.parametrize("email", [world.MARIA_EMAIL, "Maria@Example.com"])
    def test_the_registered_address_takes_effect_at_once(
        self, gateway: BillingGateway, email: str
    ) -> None:
        assert gateway.request_email_invoice(consent(), email, idempotency_key="k") is None
        assert gateway.email_invoice(world.MARIA) == active(world.MARIA_EMAIL)

    def test_another_address_waits_for_its_confirmation(self, gateway: BillingGateway) -> None:
        waiting = gateway.request_email_invoice(consent(), "new@example.org", idempotency_key="k")
        assert waiting is not None
        assert waiting.email == "new@example.org"
        assert gateway.email_invoice(world.MARIA) == pending("new@example.org")
        assert gateway.confirm_email_invoice(waiting.id) == active("new@example.org")
        assert gateway.email_invoice(world.MARIA) == active("new@example.org")

    def test_whoever_has_no_registered_address_confirms_any(self, gateway: BillingGateway) -> None:
        waiting = gateway.request_email_invoice(
            consent(world.JOAO), "joao@example.org", idempotency_key="k"
        )
        assert waiting is not None

    def test_confirming_twice_is_the_same_as_once(self, gateway: BillingGateway) -> None:
        waiting = gateway.request_email_invoice(consent(), "new@example.org", idempotency_key="k")
        assert waiting is not None
        once = gateway.confirm_email_invoice(waiting.id)
        assert gateway.confirm_email_invoice(waiting.id) == once

    def test_the_address_in_force_stays_so_while_a_change_waits(
        self, gateway: BillingGateway
    ) -> None:
        gateway.request_email_invoice(consent(), world.MARIA_EMAIL, idempotency_key="1")
        waiting = gateway.request_email_invoice(consent(), "new@example.org", idempotency_key="2")
        assert waiting is not None
        assert gateway.email_invoice(world.MARIA) == pending("new@example.org", world.MARIA_EMAIL)
        assert gateway.confirm_email_invoice(waiting.id) == active("new@example.org")

    def test_a_later_request_replaces_one_that_waits(self, gateway: BillingGateway) -> None:
        first = gateway.request_email_invoice(consent(), "first@example.org", idempotency_key="1")
        second = gateway.request_email_invoice(consent(), "second@example.org", idempotency_key="2")
        assert first is not None
        assert second is not None
        with pytest.raises(BillingRecordNotFound):
            gateway.confirm_email_invoice(first.id)
        assert gateway.confirm_email_invoice(second.id) == active("second@example.org")

    def test_the_registered_address_replaces_one_that_waits(self, gateway: BillingGateway) -> None:
        first = gateway.request_email_invoice(consent(), "first@example.org", idempotency_key="1")
        assert first is not None
        gateway.request_email_invoice(consent(), world.MARIA_EMAIL, idempotency_key="2")
        assert gateway.email_invoice(world.MARIA) == active(world.MARIA_EMAIL)
        with pytest.raises(BillingRecordNotFound):
            gateway.confirm_email_invoice(first.id)

    def test_a_request_repeated_answers_the_same_and_does_nothing(
        self, gateway: BillingGateway
    ) -> None:
        first = gateway.request_email_invoice(consent(), "new@example.org", idempotency_key="1")
        assert first is not None
        again = gateway.request_email_invoice(consent(), "new@example.org", idempotency_key="1")
        assert again == first
        gateway.confirm_email_invoice(first.id)
        gateway.request_email_invoice(consent(), "new@example.org", idempotency_key="1")
        assert gateway.email_invoice(world.MARIA) == active("new@example.org")

    def test_the_keys_of_two_holders_do_not_meet(self, gateway: BillingGateway) -> None:
        marias = gateway.request_email_invoice(consent(), "m@example.org", idempotency_key="1")
        joaos = gateway.request_email_invoice(
            consent(world.JOAO), "j@example.org", idempotency_key="1"
        )
        assert marias is not None
        assert joaos is not None
        assert marias.id != joaos.id
        assert gateway.email_invoice(world.JOAO) == pending("j@example.org")

    def test_the_same_request_many_times_at_once_is_one_request(
        self, gateway: BillingGateway
    ) -> None:
        def request(_: int) -> object:
            return gateway.request_email_invoice(consent(), "n@example.org", idempotency_key="1")

        with ThreadPoolExecutor(6) as threads:
            assert len(set(threads.map(request, range(6)))) == 1

    def test_of_several_requests_at_once_one_is_left_waiting(self, gateway: BillingGateway) -> None:
        def request(number: int) -> object:
            email = f"n{number}@example.org"
            return gateway.request_email_invoice(consent(), email, idempotency_key=str(number))

        with ThreadPoolExecutor(6) as threads:
            assert len(set(threads.map(request, range(6)))) == 6
        assert gateway.email_invoice(world.MARIA).state is EmailInvoiceState.PENDING

    @pytest.mark.parametrize(("effect", "table"), EFFECTS.values(), ids=EFFECTS)
    def test_an_effect_repeated_with_its_key_happens_once(
        self, gateway: BillingGateway, engine: Engine, effect: Effect, table: Table
    ) -> None:
        with ThreadPoolExecutor(6) as threads:
            at_once = list(threads.map(lambda _: effect(gateway, "k"), range(6)))
        assert effect(gateway, "k") == at_once[0]
        assert len(set(at_once)) == 1
        with engine.begin() as connection:
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 1
        effect(gateway, "another")
        with engine.begin() as connection:
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 2

    def test_bills_by_email_end_when_withdrawn(self, gateway: BillingGateway) -> None:
        gateway.request_email_invoice(consent(), world.MARIA_EMAIL, idempotency_key="1")
        assert gateway.end_email_invoice(consent(), idempotency_key="2") == INACTIVE
        assert gateway.email_invoice(world.MARIA) == INACTIVE

    def test_a_consent_withdrawn_while_it_waits_cannot_be_confirmed(
        self, gateway: BillingGateway
    ) -> None:
        waiting = gateway.request_email_invoice(consent(), "new@example.org", idempotency_key="1")
        assert waiting is not None
        gateway.end_email_invoice(consent(), idempotency_key="2")
        with pytest.raises(BillingRecordNotFound):
            gateway.confirm_email_invoice(waiting.id)
        assert gateway.email_invoice(world.MARIA) == INACTIVE

    def test_what_was_never_agreed_to_may_be_withdrawn(self, gateway: BillingGateway) -> None:
        assert gateway.end_email_invoice(consent(), idempotency_key="1") == INACTIVE

    def test_one_may_agree_again_and_an_old_withdrawal_repeated_changes_nothing(
        self, gateway: BillingGateway
    ) -> None:
        gateway.end_email_invoice(consent(), idempotency_key="1")
        gateway.request_email_invoice(consent(), world.MARIA_EMAIL, idempotency_key="2")
        gateway.end_email_invoice(consent(), idempotency_key="1")
        assert gateway.email_invoice(world.MARIA) == active(world.MARIA_EMAIL)

    # What goes wrong

    @pytest.mark.parametrize("operation", BY_UNKNOWN_ID.values(), ids=BY_UNKNOWN_ID)
    def test_an_unknown_id_is_told_apart(
        self, gateway: BillingGateway, operation: Operation
    ) -> None:
        with pytest.raises(BillingRecordNotFound):
            operation(gateway)

    @pytest.mark.parametrize(
        "operation",
        [*SEARCHES.values(), *BY_UNKNOWN_ID.values()],
        ids=[*SEARCHES, *BY_UNKNOWN_ID],
    )
    def test_a_system_that_is_down_is_unavailable(
        self, stopped_gateway: BillingGateway, operation: Operation
    ) -> None:
        with pytest.raises(BillingUnavailable) as caught:
            operation(stopped_gateway)
        for personal in (world.MARIA_CPF.digits, "1984", world.FLAT_CODE.digits, "example.com"):
            assert personal not in str(caught.value)
