"""How amounts, dates and months are written in Brazil, wherever a customer reads them."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal

_LOCALE = Locale("pt", "BR")  # by its name it would be looked up each time

MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
)  # fmt: skip


def money(cents: int) -> str:
    """Cents as "R$ 1.234,56", with a plain space so that it copies clean."""
    return format_currency(Decimal(cents) / 100, "BRL", locale=_LOCALE).replace("\xa0", " ")


def number(value: int) -> str:
    """A whole number as "1.234"."""
    return format_decimal(value, locale=_LOCALE)


def decimal(value: Decimal, places: int) -> str:
    """A number rounded, halves away from zero, to so many places as "1.234,5"."""
    rounded = value.quantize(Decimal(10) ** -places, ROUND_HALF_UP)
    return format_decimal(rounded, format=f"#,##0.{'0' * places}", locale=_LOCALE)


def day(value: date) -> str:
    """A date as "12/03/2026"."""
    return value.strftime("%d/%m/%Y")


def month(value: date) -> str:
    """A month as "março/2026"."""
    return f"{MONTHS[value.month - 1]}/{value.year}"


def short_month(value: date) -> str:
    """A month as "mar/26", for charts."""
    return f"{MONTHS[value.month - 1][:3]}/{value.year % 100:02d}"


def month_slug(value: date) -> str:
    """A month as "marco-2026", for file names."""
    plain = unicodedata.normalize("NFKD", month(value)).encode("ascii", "ignore").decode()
    return plain.replace("/", "-")
