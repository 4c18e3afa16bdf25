"""Amounts, numbers, dates and months as they are written in Brazil."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.wording import day, decimal, money, month, month_slug, number, short_month


@pytest.mark.parametrize(
    ("write", "arguments", "written"),
    [
        (money, (0,), "R$ 0,00"),
        (money, (1,), "R$ 0,01"),
        (money, (28_700,), "R$ 287,00"),
        (money, (123_456,), "R$ 1.234,56"),
        (money, (98_765_432_10,), "R$ 98.765.432,10"),
        (money, (-4_210,), "-R$ 42,10"),
        (number, (0,), "0"),
        (number, (999,), "999"),
        (number, (30_777,), "30.777"),
        (number, (-1_234_567,), "-1.234.567"),
        (decimal, (Decimal("7.25"), 1), "7,3"),
        (decimal, (Decimal("7.24"), 1), "7,2"),
        (decimal, (Decimal("-7.25"), 1), "-7,3"),
        (decimal, (Decimal("1234.5"), 0), "1.235"),
        (decimal, (Decimal(0), 1), "0,0"),
        (decimal, (Decimal(1234), 2), "1.234,00"),
        (day, (date(2026, 3, 1),), "01/03/2026"),
        (month, (date(2026, 3, 1),), "março/2026"),
        (month, (date(2027, 12, 31),), "dezembro/2027"),
        (short_month, (date(2026, 3, 1),), "mar/26"),
        (short_month, (date(2009, 5, 1),), "mai/09"),
        (month_slug, (date(2026, 3, 1),), "marco-2026"),
        (month_slug, (date(2026, 11, 1),), "novembro-2026"),
    ],
)
def test_it_is_written_as_brazilians_do(
    write: Callable[..., str], arguments: tuple[Any, ...], written: str
) -> None:
    assert write(*arguments) == written


@given(st.integers(0, 10**12))
def test_an_amount_never_loses_a_cent_nor_has_an_odd_space(cents: int) -> None:
    written = money(cents)
    assert int("".join(character for character in written if character.isdigit())) == cents
    assert written.isascii()


@given(st.dates())
def test_a_month_in_a_file_name_needs_no_quoting(value: date) -> None:
    name, year = month_slug(value).split("-")
    assert name.isascii()
    assert name.isalpha()
    assert int(year) == value.year
