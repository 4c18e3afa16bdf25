"""Any payment code a customer sends is recognised by its first digit and its length."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.bank_boleto import BankBoleto
from billing.collection import CollectionCode
from billing.payment_code import (
    InvalidPaymentCode,
    PaymentCode,
    PaymentKind,
    parse_payment_line,
)

TODAY = date(2026, 8, 1)
FREE_FIELD = "1234567890123456789012345"

BOLETO = PaymentCode(
    kind=PaymentKind.BANK_BOLETO,
    barcode="00191153400000123451234567890123456789012345",
    line="00191234546789012345767890123457115340000012345",
    formatted_line="00191.23454 67890.123457 67890.123457 1 15340000012345",
    amount_cents=123_45,
    due_date=date(2026, 8, 10),
)
COLLECTION = PaymentCode(
    kind=PaymentKind.COLLECTION,
    barcode="83670000001234501231234567890123456789012345",
    line="836700000018234501231232456789012345567890123456",
    formatted_line="83670000001-8 23450123123-2 45678901234-5 56789012345-6",
    amount_cents=123_45,
    due_date=None,
)


@pytest.mark.parametrize("code", [BOLETO, COLLECTION], ids=lambda code: code.kind.value)
@pytest.mark.parametrize("form", ["barcode", "line", "formatted_line"])
def test_each_kind_is_read_from_each_of_its_forms(code: PaymentCode, form: str) -> None:
    assert parse_payment_line(f" {getattr(code, form)}\n", TODAY) == code


def test_today_settles_which_turn_of_the_due_date_factor_is_meant() -> None:
    assert parse_payment_line(BOLETO.line, date(2002, 1, 1)).due_date == date(2001, 12, 19)


def test_codes_without_amount_or_date_read_as_none() -> None:
    boleto = BankBoleto.build(bank="001", due_date=None, amount_cents=0, free_field=FREE_FIELD)
    collection = CollectionCode.build(
        issuer="0123", amount_cents=7, free_field=FREE_FIELD, value_id="9"
    )
    assert parse_payment_line(boleto.line, TODAY).due_date is None
    for line in (boleto.line, collection.line):
        assert parse_payment_line(line, TODAY).amount_cents is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "length"),
        ("não achei o código", "characters"),
        ("https://example.com/boleto", "characters"),
        (BOLETO.line.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")), "characters"),
        # One digit short of its kind, not one too many of the other.
        (COLLECTION.line[:47], "length"),
        (BOLETO.line + "0", "length"),
        ("1" + BOLETO.line[1:], "check_digit"),
        (COLLECTION.line[:-1] + "0", "check_digit"),
        ("88" + COLLECTION.line[2:], "layout"),
        ("0018" + BOLETO.barcode[4:], "layout"),
    ],
)
def test_anything_else_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidPaymentCode) as error:
        parse_payment_line(text, TODAY)
    assert error.value.reason == reason


@given(
    st.text() | st.text("0123456789.- ", min_size=40, max_size=60),
    st.dates(date(1990, 1, 1), date(2200, 1, 1)),
)
def test_any_text_is_read_or_refused_on_any_day(text: str, today: date) -> None:
    try:
        assert parse_payment_line(text, today).barcode
    except InvalidPaymentCode as error:
        assert error.reason in {"characters", "length", "layout", "check_digit"}


@given(st.text("0123456789", min_size=10, max_size=60))
def test_an_error_never_repeats_the_code(code: str) -> None:
    try:
        parse_payment_line(code, TODAY)
    except InvalidPaymentCode as error:
        assert code not in str(error)
