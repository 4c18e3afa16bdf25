"""The bank boleto, after Banco do Brasil's Doc5175 and the due date factor's restart of 2025."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from billing.bank_boleto import BankBoleto, due_factor
from billing.check_digits import InvalidPaymentCode, mod11

BARCODE = "00191153400000123451234567890123456789012345"
LINE = "00191234546789012345767890123457115340000012345"
FORMATTED = "00191.23454 67890.123457 67890.123457 1 15340000012345"
FREE_FIELD = "1234567890123456789012345"

TODAY = date(2026, 8, 1)
DUE_DATES = st.dates(date(2000, 7, 3), date(2200, 1, 1))
BOLETOS = st.builds(
    BankBoleto.build,
    bank=st.from_regex("[0-79][0-9]{2}", fullmatch=True),
    due_date=st.none() | DUE_DATES,
    amount_cents=st.integers(0, 10**10 - 1),
    free_field=st.text("0123456789", min_size=25, max_size=25),
)


def test_a_boleto_is_built_from_what_it_charges() -> None:
    boleto = BankBoleto.build(
        bank="001", due_date=date(2026, 8, 10), amount_cents=123_45, free_field=FREE_FIELD
    )
    assert boleto.barcode == BARCODE
    assert boleto.line == LINE
    assert boleto.formatted_line == FORMATTED


@pytest.mark.parametrize("text", [BARCODE, LINE, FORMATTED, f"\n{FORMATTED}\u00a0"])
def test_line_and_bar_code_say_the_same(text: str) -> None:
    boleto = BankBoleto.parse(text)
    assert boleto.bank == "001"
    assert boleto.amount_cents == 123_45
    assert boleto.due_date(TODAY) == date(2026, 8, 10)
    assert boleto.free_field == FREE_FIELD


@pytest.mark.parametrize(
    ("due_date", "factor"),
    [
        (date(2000, 7, 3), 1000),
        (date(2000, 7, 5), 1002),
        (date(2025, 2, 21), 9999),
        (date(2025, 2, 22), 1000),
        (date(2025, 2, 23), 1001),
        (date(2049, 10, 13), 9999),
        (date(2049, 10, 14), 1000),
    ],
)
def test_the_factor_counts_days_and_restarts_after_9999(due_date: date, factor: int) -> None:
    assert due_factor(due_date) == factor


def test_dates_before_the_first_factor_have_none() -> None:
    with pytest.raises(InvalidPaymentCode) as error:
        due_factor(date(2000, 7, 2))
    assert error.value.reason == "due_date"


@pytest.mark.parametrize(
    ("due_date", "near", "read"),
    [
        (date(2025, 2, 21), date(2025, 2, 22), date(2025, 2, 21)),
        (date(2025, 2, 22), date(2025, 2, 21), date(2025, 2, 22)),
        (date(2025, 2, 22), date(2000, 7, 3), date(2000, 7, 3)),
        (date(2000, 7, 3), date(1997, 10, 7), date(2000, 7, 3)),
        # Halfway between 2000-07-03 and 2025-02-22 lies 2012-10-28; the later date takes it.
        (date(2000, 7, 3), date(2012, 10, 27), date(2000, 7, 3)),
        (date(2000, 7, 3), date(2012, 10, 28), date(2025, 2, 22)),
        (date(2049, 10, 14), date(2049, 10, 1), date(2049, 10, 14)),
    ],
)
def test_an_ambiguous_factor_means_the_date_nearest_to_the_reference(
    due_date: date, near: date, read: date
) -> None:
    boleto = BankBoleto.build(bank="001", due_date=due_date, amount_cents=1, free_field=FREE_FIELD)
    assert boleto.due_date(near) == read


@given(DUE_DATES, st.integers(-4499, 4499))
def test_a_due_date_is_read_back_from_any_day_within_twelve_years(
    due_date: date, distance: int
) -> None:
    boleto = BankBoleto.build(bank="001", due_date=due_date, amount_cents=1, free_field=FREE_FIELD)
    assert boleto.due_date(due_date + timedelta(days=distance)) == due_date


def test_no_date_and_no_amount_read_as_none() -> None:
    boleto = BankBoleto.build(bank="001", due_date=None, amount_cents=0, free_field=FREE_FIELD)
    assert boleto.due_date(TODAY) is None
    assert boleto.amount_cents is None


def test_an_amount_too_long_for_its_field_takes_the_place_of_the_date() -> None:
    other_43 = "0019" + "0001" + "0000000001" + FREE_FIELD
    boleto = BankBoleto(other_43[:4] + mod11(other_43, overflow="1") + other_43[4:])
    assert boleto.amount_cents == 100_000_000_01
    assert boleto.due_date(TODAY) is None


@pytest.mark.parametrize(
    ("text", "reason", "block"),
    [
        ("", "length", None),
        (LINE[:-1], "length", None),
        (LINE + "0", "length", None),
        (BARCODE[:-1], "length", None),
        (LINE[:-1] + "x", "characters", None),
        (LINE.replace("1", "\u0661"), "characters", None),
        ("1" + LINE[1:], "check_digit", 1),
        (LINE[:10] + "5" + LINE[11:], "check_digit", 2),
        (LINE[:31] + "8" + LINE[32:], "check_digit", 3),
        (LINE[:32] + "2" + LINE[33:], "check_digit", None),
        (BARCODE[:4] + "2" + BARCODE[5:], "check_digit", None),
        ("0018" + BARCODE[4:], "layout", 1),
        ("8" + BARCODE[1:], "layout", 1),
    ],
)
def test_a_wrong_code_is_refused_with_its_reason_and_block(
    text: str, reason: str, block: int | None
) -> None:
    with pytest.raises(InvalidPaymentCode) as error:
        BankBoleto.parse(text)
    assert (error.value.reason, error.value.block) == (reason, block)


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: _build(bank="01"), "length"),
        (lambda: _build(free_field="1"), "length"),
        (lambda: _build(bank="0O1"), "characters"),
        (lambda: _build(bank="0-1"), "characters"),
        (lambda: _build(bank="801"), "layout"),
        (lambda: _build(amount_cents=-1), "amount"),
        (lambda: _build(amount_cents=10**10), "amount"),
        (lambda: _build(due_date=date(1999, 1, 1)), "due_date"),
    ],
)
def test_a_boleto_is_not_built_of_parts_that_do_not_fit(
    build: Callable[[], BankBoleto], reason: str
) -> None:
    with pytest.raises(InvalidPaymentCode) as error:
        build()
    assert error.value.reason == reason


def _build(
    bank: str = "001",
    due_date: date | None = None,
    amount_cents: int = 1,
    free_field: str = FREE_FIELD,
) -> BankBoleto:
    return BankBoleto.build(
        bank=bank, due_date=due_date, amount_cents=amount_cents, free_field=free_field
    )


@given(BOLETOS)
def test_every_boleto_built_is_read_back_from_each_of_its_forms(boleto: BankBoleto) -> None:
    for text in (boleto.barcode, boleto.line, boleto.formatted_line):
        assert BankBoleto.parse(text) == boleto


@given(BOLETOS)
def test_the_general_check_digit_is_never_zero(boleto: BankBoleto) -> None:
    assert boleto.barcode[4] != "0"


@given(BOLETOS, st.integers(0, 31), st.sampled_from("0123456789"))
def test_one_wrong_digit_in_the_three_fields_is_always_caught(
    boleto: BankBoleto, position: int, digit: str
) -> None:
    wrong = boleto.line[:position] + digit + boleto.line[position + 1 :]
    assume(wrong != boleto.line)
    with pytest.raises(InvalidPaymentCode):
        BankBoleto.parse(wrong)


@given(BOLETOS, st.integers(32, 46), st.sampled_from("0123456789"))
def test_one_wrong_digit_in_factor_and_amount_is_caught_unless_the_general_digit_is_1(
    boleto: BankBoleto, position: int, digit: str
) -> None:
    assume(boleto.barcode[4] != "1" or position == 32)
    wrong = boleto.line[:position] + digit + boleto.line[position + 1 :]
    assume(wrong != boleto.line)
    with pytest.raises(InvalidPaymentCode):
        BankBoleto.parse(wrong)


def test_the_results_1_10_and_11_share_the_general_digit_1_and_hide_some_wrong_amounts() -> None:
    right = BankBoleto.parse("00191.23454 67890.123457 67890.123457 1 15340000000003")
    wrong = BankBoleto.parse("00191.23454 67890.123457 67890.123457 1 15340000000703")
    assert (right.amount_cents, wrong.amount_cents) == (3, 703)


@given(st.text() | st.text("0123456789. ", min_size=40, max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        BankBoleto.parse(text)
    except InvalidPaymentCode as error:
        assert error.reason in {"characters", "length", "layout", "check_digit"}
