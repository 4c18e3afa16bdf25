"""The collection code, after FEBRABAN's Layout Padrão de Arrecadação v7 (01.03.2023)."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from billing.check_digits import InvalidPaymentCode, mod10, mod11
from billing.collection import CollectionCode, Segment

BARCODE = "83670000001234501231234567890123456789012345"
LINE = "836700000018234501231232456789012345567890123456"
FORMATTED = "83670000001-8 23450123123-2 45678901234-5 56789012345-6"
FREE_FIELD = "1234567890123456789012345"


def _digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


def _codes(value_ids: str) -> st.SearchStrategy[CollectionCode]:
    by_code = st.sampled_from([s for s in Segment if s is not Segment.BY_CNPJ])
    layouts = st.tuples(by_code, _digits(4), _digits(25)) | st.tuples(
        st.just(Segment.BY_CNPJ), _digits(8), _digits(21)
    )
    return st.builds(
        lambda layout, amount, value_id: CollectionCode.build(
            segment=layout[0],
            issuer=layout[1],
            free_field=layout[2],
            amount_cents=amount,
            value_id=value_id,
        ),
        layouts,
        st.integers(0, 10**11 - 1),
        st.sampled_from(value_ids),
    )


@pytest.mark.parametrize(
    ("digits", "ten", "eleven"),
    [
        ("01230067896", "3", "0"),
        ("8220000215048200974123220154098290108605940", "1", "0"),
    ],
)
def test_check_digits_agree_with_the_examples_of_the_manual(
    digits: str, ten: str, eleven: str
) -> None:
    assert (mod10(digits), mod11(digits)) == (ten, eleven)


@pytest.mark.parametrize(
    ("digits", "digit"),
    [
        ("0", "0"),  # remainder 0
        ("6", "0"),  # 6x2 = 12, remainder 1
        ("1", "9"),  # 1x2 = 2
        ("5", "1"),  # 5x2 = 10, remainder 10
    ],
)
def test_modulo_11_gives_0_to_the_remainders_0_and_1_and_1_to_10(digits: str, digit: str) -> None:
    assert mod11(digits) == digit


def test_a_code_is_built_from_what_it_charges() -> None:
    code = CollectionCode.build(issuer="0123", amount_cents=123_45, free_field=FREE_FIELD)
    assert code.barcode == BARCODE
    assert code.line == LINE
    assert code.formatted_line == FORMATTED


@pytest.mark.parametrize("text", [BARCODE, LINE, FORMATTED, FORMATTED.replace("-", "\u2013")])
def test_line_and_bar_code_say_the_same(text: str) -> None:
    code = CollectionCode.parse(text)
    assert code.segment is Segment.ENERGY_AND_GAS
    assert code.amount_cents == 123_45
    assert code.issuer == "0123"
    assert code.free_field == FREE_FIELD


@pytest.mark.parametrize(
    ("value_id", "amount", "read"),
    [("6", 1, 1), ("8", 1, 1), ("7", 1, None), ("9", 1, None), ("6", 0, None), ("8", 0, None)],
)
def test_only_value_ids_6_and_8_state_an_amount(
    value_id: str, amount: int, read: int | None
) -> None:
    code = CollectionCode.build(
        issuer="0123", amount_cents=amount, free_field=FREE_FIELD, value_id=value_id
    )
    assert code.amount_cents == read


def test_segment_6_identifies_the_issuer_by_its_cnpj() -> None:
    code = CollectionCode.build(
        segment=Segment.BY_CNPJ, issuer="12345678", amount_cents=1, free_field=FREE_FIELD[:21]
    )
    assert (code.issuer, code.free_field) == ("12345678", FREE_FIELD[:21])


@pytest.mark.parametrize(
    ("text", "reason", "block"),
    [
        ("", "length", None),
        (LINE[:-1], "length", None),
        (BARCODE[:-1], "length", None),
        (LINE[:-1] + "a", "characters", None),
        (LINE[:-1] + "\u0666", "characters", None),
        ("5" + LINE[1:], "layout", 1),
        ("80" + LINE[2:], "layout", 1),
        ("88" + LINE[2:], "layout", 1),
        ("832" + LINE[3:], "layout", 1),
        ("832" + BARCODE[3:], "layout", 1),
        (LINE[:11] + "9" + LINE[12:], "check_digit", 1),
        (LINE[:13] + "4" + LINE[14:], "check_digit", 2),
        (LINE[:24] + "9" + LINE[25:], "check_digit", 3),
        (LINE[:47] + "7", "check_digit", 4),
        (BARCODE[:3] + "8" + BARCODE[4:], "check_digit", None),
        # Each block checks, yet the general check digit (position 4) does not.
        ("8368000000" + "1" + mod10("83680000001") + LINE[12:], "check_digit", None),
    ],
)
def test_a_wrong_code_is_refused_with_its_reason_and_block(
    text: str, reason: str, block: int | None
) -> None:
    with pytest.raises(InvalidPaymentCode) as error:
        CollectionCode.parse(text)
    assert (error.value.reason, error.value.block) == (reason, block)


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: _build(issuer="123"), "length"),
        (lambda: _build(free_field=""), "length"),
        (lambda: _build(segment=Segment.BY_CNPJ), "length"),
        (lambda: _build(value_id=""), "length"),
        (lambda: _build(issuer="01-3"), "characters"),
        (lambda: _build(value_id="5"), "layout"),
        (lambda: _build(amount_cents=-1), "amount"),
        (lambda: _build(amount_cents=10**11), "amount"),
    ],
)
def test_a_code_is_not_built_of_parts_that_do_not_fit(
    build: Callable[[], CollectionCode], reason: str
) -> None:
    with pytest.raises(InvalidPaymentCode) as error:
        build()
    assert error.value.reason == reason


def _build(
    issuer: str = "0123",
    amount_cents: int = 1,
    free_field: str = FREE_FIELD,
    segment: Segment = Segment.ENERGY_AND_GAS,
    value_id: str = "6",
) -> CollectionCode:
    return CollectionCode.build(
        issuer=issuer,
        amount_cents=amount_cents,
        free_field=free_field,
        segment=segment,
        value_id=value_id,
    )


@given(_codes("6789"))
def test_every_code_built_is_read_back_from_each_of_its_forms(code: CollectionCode) -> None:
    for text in (code.barcode, code.line, code.formatted_line):
        assert CollectionCode.parse(text) == code


# The value id, third digit, chooses the module. Mistyped into one of the other module it makes
# five check digits be tested by the wrong rule: it passes only if all five agree by chance, so
# the guarantees below leave it out.
POSITIONS = st.integers(0, 47).filter(lambda position: position != 2)


@given(_codes("67"), POSITIONS, st.sampled_from("0123456789"))
def test_with_modulo_10_one_wrong_digit_is_always_caught(
    code: CollectionCode, position: int, digit: str
) -> None:
    wrong = code.line[:position] + digit + code.line[position + 1 :]
    assume(wrong != code.line)
    with pytest.raises(InvalidPaymentCode):
        CollectionCode.parse(wrong)


@given(_codes("89"), POSITIONS, st.sampled_from("0123456789"))
def test_with_modulo_11_one_wrong_digit_is_caught_unless_two_check_digits_are_zero(
    code: CollectionCode, position: int, digit: str
) -> None:
    block_digit = code.line[position // 12 * 12 + 11]
    assume(code.barcode[3] != "0" or block_digit != "0")
    wrong = code.line[:position] + digit + code.line[position + 1 :]
    assume(wrong != code.line)
    with pytest.raises(InvalidPaymentCode):
        CollectionCode.parse(wrong)


def test_with_modulo_11_a_general_and_a_block_digit_of_zero_hide_some_wrong_digits() -> None:
    right = "83800000001-7 23450123000-6 00000000000-0 00000000004-3"
    wrong = "83800000001-7 23450123000-6 00007000000-0 00000000004-3"
    assert CollectionCode.parse(right) != CollectionCode.parse(wrong)


@given(st.text() | st.text("0123456789- ", min_size=40, max_size=60).map("8".__add__))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        CollectionCode.parse(text)
    except InvalidPaymentCode as error:
        assert error.reason in {"characters", "length", "layout", "check_digit"}
