"""The numbers customers identify with: what is read, what is refused, and what is shown."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from billing.identifiers import (
    Cnpj,
    Cpf,
    CustomerCode,
    InvalidIdentifier,
    UcNumber,
    parse_customer_number,
)


def digits(length: int) -> st.SearchStrategy[str]:
    """Strings of exactly `length` ASCII digits."""
    return st.text("0123456789", min_size=length, max_size=length)


def varied(body: str) -> bool:
    """Whether `body` is not one character repeated."""
    return len(set(body)) > 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("12345678909", "12345678909"),
        ("123.456.789-09", "12345678909"),
        ("  123 456 789 / 09\n", "12345678909"),
        ("123.456.789\u201309", "12345678909"),
        ("123\u00a0456\u00a0789\u00a009", "12345678909"),
    ],
)
def test_a_cpf_is_read_however_it_is_separated(typed: str, expected: str) -> None:
    assert Cpf.parse(typed).digits == expected


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "length"),
        ("1234567890", "length"),
        ("123456789090", "length"),
        ("123.456.789-O9", "characters"),
        ("123=456=789=09", "characters"),
        ("١٢٣٤٥٦٧٨٩٠٩", "characters"),
        ("123.456.789-08", "check_digit"),
        ("123.456.789-19", "check_digit"),
        ("213.456.789-09", "check_digit"),
        ("000.000.000-00", "repeated"),
        ("111.111.111-11", "repeated"),
        ("999.999.999-99", "repeated"),
    ],
)
def test_a_wrong_cpf_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(InvalidIdentifier) as error:
        Cpf.parse(typed)
    assert (error.value.kind, error.value.reason) == ("CPF", reason)


@pytest.mark.parametrize(
    "typed",
    ["12.ABC.345/01DE-35", "12abc34501de35", "12 abc 345 01DE 35"],
)
def test_the_official_alphanumeric_cnpj_is_read_in_either_case(typed: str) -> None:
    assert Cnpj.parse(typed).formatted == "12.ABC.345/01DE-35"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("12.ABC.345/01DE-3", "length"),
        ("12.ABC.345/01DE-35-1", "length"),
        ("12.ABÇ.345/01DE-35", "characters"),
        # Dotless i and long s, which str.upper() would turn into I and S.
        ("\u01312ABC34501DE35", "characters"),
        ("\u017f2ABC34501DE35", "characters"),
        ("12.ABC.345/01DE-53", "check_digit"),
        ("12.ABC.345/01DE-3F", "check_digit"),
        ("00.000.000/0000-00", "repeated"),
    ],
)
def test_a_wrong_cnpj_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(InvalidIdentifier) as error:
        Cnpj.parse(typed)
    assert (error.value.kind, error.value.reason) == ("CNPJ", reason)


@pytest.mark.parametrize(
    "typed",
    [
        "000123456701346",
        "0.001.234.567.013-46",
        "1.234.567.013-46",
        "123456701346",
    ],
)
def test_a_uc_is_the_same_with_or_without_leading_zeros(typed: str) -> None:
    uc = UcNumber.parse(typed)
    assert uc == UcNumber.from_sequence(1234567, "013")
    assert (uc.sequence, uc.distributor) == (1234567, "013")
    assert (uc.formatted, uc.short) == ("0.001.234.567.013-46", "1.234.567.013-46")


@pytest.mark.parametrize(
    ("sequence", "distributor", "check_digits"),
    [
        # 1x1 + 0x10 + 1x9 + 3x8 = 34, remainder 1, hence 0; one place further left,
        # 1x2 + 0x1 + 1x10 + 3x9 + 0x8 = 39, remainder 6, hence 5.
        (1, "013", "05"),
        (1234567, "013", "46"),
        (1234567890, "013", "05"),
        (1234567, "016", "26"),
    ],
)
def test_a_uc_is_completed_from_sequence_and_distributor(
    sequence: int, distributor: str, check_digits: str
) -> None:
    assert UcNumber.from_sequence(sequence, distributor).digits[-2:] == check_digits


@pytest.mark.parametrize(
    ("sequence", "distributor"),
    [(-1, "013"), (10**10, "013"), (1, "13"), (1, "0013"), (1, "O13"), (10**9, "13")],
)
def test_a_uc_is_not_made_of_parts_that_do_not_fit(sequence: int, distributor: str) -> None:
    with pytest.raises(InvalidIdentifier):
        UcNumber.from_sequence(sequence, distributor)


@pytest.mark.parametrize("typed", ["1990207", "1990207-1", "840094747", "0012345678"])
def test_up_to_ten_digits_are_an_old_customer_code(typed: str) -> None:
    assert parse_customer_number(typed) == CustomerCode(typed.replace("-", ""))


@pytest.mark.parametrize("typed", ["1.234.567.013-46", "0.001.234.567.013-46"])
def test_eleven_to_fifteen_digits_are_a_uc(typed: str) -> None:
    assert parse_customer_number(typed) == UcNumber.from_sequence(1234567, "013")


@pytest.mark.parametrize(
    ("typed", "kind", "reason"),
    [
        ("", "customer code", "length"),
        ("123456", "customer code", "length"),
        ("minha conta", "customer code", "characters"),
        ("1.234.567.013-07", "UC", "check_digit"),
        ("00000000000", "UC", "repeated"),
        ("0001234567013460", "UC", "length"),
        ("não sei o número", "UC", "characters"),
    ],
)
def test_a_wrong_customer_number_tells_what_it_was_read_as(
    typed: str, kind: str, reason: str
) -> None:
    with pytest.raises(InvalidIdentifier) as error:
        parse_customer_number(typed)
    assert (error.value.kind, error.value.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("identifier", "formatted", "masked"),
    [
        (Cpf("12345678909"), "123.456.789-09", "•••.456.789-••"),
        (Cnpj("12ABC34501DE35"), "12.ABC.345/01DE-35", "••.ABC.345/••••-••"),
        (UcNumber("000123456701346"), "0.001.234.567.013-46", "•.•••.•••.567.013-••"),
        (CustomerCode("1990207"), "1990207", "••••207"),
    ],
)
def test_an_identifier_shows_itself_masked_unless_asked(
    identifier: Cpf | Cnpj | UcNumber | CustomerCode, formatted: str, masked: str
) -> None:
    assert identifier.formatted == formatted
    assert identifier.masked == str(identifier) == masked
    assert repr(identifier) == f"{type(identifier).__name__}({masked})"


@given(digits(9).filter(varied))
def test_every_cpf_made_is_read_back(body: str) -> None:
    cpf = Cpf.with_check_digits(body)
    assert cpf.digits.startswith(body)
    assert Cpf.parse(cpf.formatted) == cpf


@given(st.from_regex("[0-9A-Z]{12}", fullmatch=True).filter(varied))
def test_every_cnpj_made_is_read_back(body: str) -> None:
    cnpj = Cnpj.with_check_digits(body)
    assert cnpj.digits.startswith(body)
    assert Cnpj.parse(cnpj.formatted.lower()) == cnpj


@given(st.integers(1, 10**10 - 1), digits(3))
def test_every_uc_made_is_read_back(sequence: int, distributor: str) -> None:
    uc = UcNumber.from_sequence(sequence, distributor)
    assert (uc.sequence, uc.distributor) == (sequence, distributor)
    assert UcNumber.parse(uc.formatted) == uc


@given(st.integers(10**6, 10**10 - 1), digits(3))
def test_a_short_uc_is_read_back_from_sequence_one_million_on(
    sequence: int, distributor: str
) -> None:
    uc = UcNumber.from_sequence(sequence, distributor)
    assert parse_customer_number(uc.short) == uc


CHECKED = st.one_of(
    digits(9).filter(varied).map(Cpf.with_check_digits),
    digits(12).filter(varied).map(Cnpj.with_check_digits),
    digits(13).filter(varied).map(UcNumber.with_check_digits),
)


@given(CHECKED, st.integers(0, 14), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_caught_unless_the_first_check_digit_is_zero(
    right: Cpf | Cnpj | UcNumber, position: int, digit: str
) -> None:
    position %= len(right.digits)
    wrong = right.digits[:position] + digit + right.digits[position + 1 :]
    assume(right.digits[-2] != "0" and wrong != right.digits)
    with pytest.raises(InvalidIdentifier):
        type(right).parse(wrong)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (Cpf, "100.000.001-08", "200.000.001-08"),
        (Cnpj, "12.345.678/1382-00", "32.345.678/1382-00"),
        (UcNumber, "0.000.000.001.013-05", "1.000.000.001.013-05"),
    ],
)
def test_remainders_0_and_1_share_the_check_digit_0_and_hide_some_wrong_digits(
    kind: type[Cpf] | type[Cnpj] | type[UcNumber], right: str, wrong: str
) -> None:
    assert kind.parse(right) != kind.parse(wrong)


@pytest.mark.parametrize("wrong", ["12.LBC.345/01DE-35", "12.WBC.345/01DE-35"])
def test_letters_eleven_apart_are_one_to_the_cnpj_rule(wrong: str) -> None:
    assert Cnpj.parse(wrong) != Cnpj.parse("12.ABC.345/01DE-35")


@pytest.mark.parametrize(
    "parse", [Cpf.parse, Cnpj.parse, UcNumber.parse, CustomerCode.parse, parse_customer_number]
)
@given(text=st.text() | st.text("0123456789A.-/ ", max_size=20))
def test_any_text_is_read_or_refused_without_repeating_it(
    parse: Callable[[str], object], text: str
) -> None:
    try:
        parse(text)
    except InvalidIdentifier as error:
        assert not any(c.isdecimal() for c in str(error))
