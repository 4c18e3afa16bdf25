"""The duplicate invoice: what it says, that its codes can be paid, that nothing leaves its place.

REN ANEEL 1.000/2021 arts. 327, 330, 403; FEBRABAN, Layout Padrão de Arrecadação v7.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import cache
from itertools import combinations

import pypdfium2
import pytest
import zxingcpp
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from pypdfium2 import raw
from reportlab.pdfbase.pdfmetrics import stringWidth

from billing.identifiers import Cnpj, Cpf, UcNumber
from billing.invoice_pdf import render_invoice
from billing.invoice_pdf.details import _unit_price
from billing.invoice_pdf.fitting import SMALLEST, fitted, printable, set_in_lines, wrapped
from billing.invoice_pdf.summary import consumption_summary
from billing.model import Invoice
from billing.payment_code import PaymentKind
from billing.wording import day, money, month, number, short_month
from tests.billing.invoices import HOLDER, LONGEST, NOTICES, OPEN, PAID, UNIT, Case, invoice

PROTOCOL = "20260000000123"
BEFORE_DUE = datetime(2026, 11, 5, 15, 30, tzinfo=timezone.utc)
LONG_AFTER = datetime(2026, 12, 28, 15, 30, tzinfo=timezone.utc)
POINTS_PER_MM = 72 / 25.4
DPI = 200

every_open = pytest.mark.parametrize("case", OPEN, ids=lambda case: case.name)
every = pytest.mark.parametrize("case", [*OPEN, *PAID], ids=lambda case: case.name)


@cache
def pdf(of: Invoice, issued_at: datetime = BEFORE_DUE) -> bytes:
    return render_invoice(of, protocol=PROTOCOL, issued_at=issued_at)


def text(of: Invoice, issued_at: datetime = BEFORE_DUE) -> str:
    """All that the page says, whatever its lines."""
    return " ".join(PdfReader(io.BytesIO(pdf(of, issued_at))).pages[0].extract_text().split())


@cache
def picture(of: Invoice) -> Image.Image:
    """The page as a good office printer or a phone's screen shows it."""
    page = pypdfium2.PdfDocument(pdf(of))[0]
    return page.render(scale=DPI / 72).to_pil().convert("L")


def codes(of: Invoice) -> dict[str, str]:
    """What a reader finds on the page, by format."""
    return {found.format.name: found.text for found in zxingcpp.read_barcodes(picture(of))}


# What it says


@every
def test_it_is_one_a4_page(case: Case) -> None:
    (page,) = PdfReader(io.BytesIO(pdf(case.invoice))).pages
    assert [round(side / POINTS_PER_MM) for side in page.mediabox[2:]] == [210, 297]


@every
def test_it_says_that_it_is_the_second_copy_free_of_charge_and_in_which_attendance(
    case: Case,
) -> None:
    said = text(case.invoice)
    assert "SEGUNDA VIA" in said
    assert "Emitida em 05/11/2026 às 12:30, sem custo" in said  # Belém is three hours behind
    assert f"Protocolo {PROTOCOL}" in said


@every
def test_it_says_who_the_holder_is(case: Case) -> None:
    holder, said = case.invoice.holder, text(case.invoice)
    document = Cnpj(holder.document) if holder.is_company else Cpf(holder.document)
    assert holder.name in said
    assert f"{document.kind} {document.formatted}" in said


@every
def test_it_says_where_the_unit_is_and_its_numbers(case: Case) -> None:
    unit, said = case.invoice.unit, text(case.invoice)
    assert unit.customer_code in said
    assert (UcNumber(unit.uc).formatted if unit.uc else "ainda não atribuído") in said
    assert f"{unit.address.street} - {unit.address.district}" in said
    assert f"{unit.address.city} - {unit.address.state}" in said
    assert case.invoice.supply_class in said


@every
def test_it_says_for_which_month_how_much_until_when(case: Case) -> None:
    bill, said = case.invoice.bill, text(case.invoice)
    for words in (
        month(bill.month), day(bill.due_on), money(bill.amount_cents), day(bill.issued_on),
        case.invoice.invoice_number, case.invoice.tariff_flag,
    ):  # fmt: skip
        assert words in said


@every
def test_it_says_what_the_meter_showed(case: Case) -> None:
    reading, said = case.invoice.reading, text(case.invoice)
    for words in (
        day(reading.previous_on), day(reading.current_on), day(reading.next_on), reading.meter,
        number(reading.previous_kwh), number(reading.current_kwh),
        f"{number(reading.consumption_kwh)} kWh",
    ):  # fmt: skip
        assert words in said


@every
def test_it_says_what_the_value_is_made_of(case: Case) -> None:
    said = text(case.invoice)
    for item in case.invoice.items:
        assert item.description in said
        assert money(item.amount_cents) in said
    for tax in case.invoice.taxes:
        assert tax.name in said
        assert money(tax.base_cents) in said
        assert money(tax.amount_cents) in said
    for words in ("R$ 0,786589", "19,00 %", "0,69 %", "3,18 %"):
        assert words in said


@every
def test_it_shows_thirteen_months_of_consumption(case: Case) -> None:
    said = text(case.invoice)
    for one in case.invoice.history:
        assert short_month(one.month) in said
        assert number(one.kwh) in said


@every
def test_no_message_is_left_out_or_cut_short(case: Case) -> None:
    said = text(case.invoice)
    assert all(message in said for message in case.invoice.messages)


@every_open
def test_beneficiary_and_line_stand_by_the_payment_code(case: Case) -> None:
    bill, said = case.invoice.bill, text(case.invoice)
    assert bill.payment_code.formatted_line in said
    assert said.count(Cnpj(bill.beneficiary.cnpj).formatted) == 3
    assert "Antes de pagar, confira o nome e o CNPJ do beneficiário." in said
    is_boleto = bill.payment_code.kind is PaymentKind.BANK_BOLETO
    assert ("Boleto bancário registrado" in said) == is_boleto
    assert ("Documento de arrecadação" in said) == (not is_boleto)


def test_a_reader_hears_portuguese_and_a_title() -> None:
    reader = PdfReader(io.BytesIO(pdf(OPEN[0].invoice)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Segunda via da conta de outubro/2026"
    assert reader.trailer["/Root"]["/Lang"] == "pt-BR"


# Consumption at a glance


def test_the_summary_compares_with_what_came_before() -> None:
    of = invoice(kwh=200, cents=31_000)
    before = [one.kwh for one in of.history[:-1]]
    assert consumption_summary(of) == (
        ("Média dos 12 meses anteriores", f"{(2 * sum(before) + 12) // 24} kWh"),
        ("Mesmo mês do ano passado", f"{before[0]} kWh"),
        ("Consumo por dia (31 dias)", "6,5 kWh"),
        ("Custo médio por dia", "R$ 10,00"),
    )


@pytest.mark.parametrize(
    ("months", "average", "year_ago"),
    [
        (0, ("Média dos meses anteriores", "-"), "-"),
        (1, ("Média dos meses anteriores", "-"), "-"),
        (2, ("Mês anterior", "107 kWh"), "-"),
        (3, ("Média dos 2 meses anteriores", "111 kWh"), "-"),
    ],
)
def test_a_new_unit_has_little_to_compare_with(
    months: int, average: tuple[str, str], year_ago: str
) -> None:
    summary = consumption_summary(invoice(kwh=100, months=months))
    assert summary[0] == average
    assert summary[1][1] == year_ago


def test_readings_on_the_same_day_divide_by_one() -> None:
    of = invoice()
    same_day = replace(of.reading, previous_on=of.reading.current_on)
    assert consumption_summary(replace(of, reading=same_day))[2][1] == "226,0 kWh"


def test_long_messages_take_the_place_of_the_summary() -> None:
    assert "Resumo do consumo" in text(invoice(messages=NOTICES[1:2]))
    assert "Resumo do consumo" not in text(invoice(messages=NOTICES * 2))


# Whether it is still to be paid


@pytest.mark.parametrize(
    ("days", "said"),
    [(-1, None), (0, None), (1, "há 1 dia Multa"), (2, "há 2 dias"), (90, "há 90 dias")],
)
def test_an_overdue_bill_says_for_how_long(days: int, said: str | None) -> None:
    of = invoice()
    noon = datetime.combine(of.bill.due_on, datetime.min.time(), timezone.utc).replace(hour=15)
    words = text(of, noon + timedelta(days=days))
    if said is None:
        assert "vencida" not in words
    else:
        assert f"Conta vencida {said}" in words
        assert "cobrados na próxima conta" in words


def test_the_due_day_ends_at_midnight_in_belem() -> None:
    of = invoice()
    next_day = of.bill.due_on + timedelta(days=1)
    midnight = datetime(next_day.year, next_day.month, next_day.day, 3, tzinfo=timezone.utc)
    assert "vencida" not in text(of, midnight - timedelta(seconds=1))
    assert "Conta vencida há 1 dia" in text(of, midnight)


@pytest.mark.parametrize("case", PAID, ids=lambda case: case.name)
@pytest.mark.parametrize("issued_at", [BEFORE_DUE, LONG_AFTER], ids=["before due", "after due"])
def test_a_paid_bill_says_so_and_has_no_code_at_all(case: Case, issued_at: datetime) -> None:
    bill, said = case.invoice.bill, text(case.invoice, issued_at)
    assert bill.paid_on is not None
    assert f"CONTA PAGA em {day(bill.paid_on)}" in said
    assert codes(case.invoice) == {}
    digits = "".join(character for character in said if character.isdigit())
    assert bill.payment_line not in digits
    for words in ("Pix", "vencida", "Total a pagar", "Corte aqui"):
        assert words not in said


# Its codes can be paid


@every_open
def test_bars_and_qr_code_read_as_the_bill_s_codes(case: Case) -> None:
    bill = case.invoice.bill
    assert codes(case.invoice) == {"ITF": bill.payment_code.barcode, "QRCode": bill.pix}


@every_open
def test_the_bars_are_where_and_as_large_as_febraban_wants_them(case: Case) -> None:
    """103 mm by 13 mm, the middle 12 mm above the paper's edge, 5 mm blank beside them."""
    image = picture(case.invoice)
    mm = DPI / 25.4
    (bars,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.ITF)
    left, right = bars.position.top_left.x, bars.position.top_right.x
    assert (right - left) / mm == pytest.approx(103, abs=0.5)
    first = image.crop((left, 0, left + 1, image.height)).point(lambda v: 255 * (v < 128))
    column = first.crop((0, image.height - round(20 * mm), 1, image.height)).getbbox()
    assert column is not None
    top, bottom = (20 - edge / mm for edge in (column[1], column[3]))
    assert top - bottom == pytest.approx(13, abs=0.3)
    assert (top + bottom) / 2 == pytest.approx(12, abs=0.3)
    rows = round(image.height - top * mm), round(image.height - bottom * mm)
    for start in (left - 5 * mm, right + 0.3 * mm):
        quiet = image.crop((round(start), rows[0], round(start + 4.7 * mm), rows[1]))
        assert quiet.getextrema() == (255, 255)


def test_the_same_arguments_give_the_same_bytes() -> None:
    for case in (OPEN[0], PAID[0]):
        again = render_invoice(case.invoice, protocol=PROTOCOL, issued_at=BEFORE_DUE)
        assert again == pdf(case.invoice)
    assert pdf(OPEN[0].invoice) != pdf(OPEN[1].invoice)


# Nothing leaves its place


@dataclass(frozen=True)
class Ink:
    """Where a piece of text is on the page, in points from the lower left."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Ink) -> bool:
        """Whether they share more than a hair's breadth."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.top, other.top) - max(self.bottom, other.bottom)
        return wide > 0.3 and high > 0.3


def inks(document: bytes) -> list[Ink]:
    page = pypdfium2.PdfDocument(document)[0]
    found = page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])
    return [Ink(*one.get_bounds()) for one in found]


def assert_in_place(document: bytes) -> None:
    pieces = inks(document)
    assert len(pieces) > 40
    margin = 13.5 * POINTS_PER_MM  # 14 mm, and a letter may lean half a millimetre out
    for one in pieces:
        assert margin <= one.left
        assert one.right <= 210 * POINTS_PER_MM - margin
        assert one.bottom >= 5 * POINTS_PER_MM
        assert one.top <= 292 * POINTS_PER_MM
    assert [pair for pair in combinations(pieces, 2) if pair[0].overlaps(pair[1])] == []


@every
@pytest.mark.parametrize("issued_at", [BEFORE_DUE, LONG_AFTER], ids=["before due", "after due"])
def test_no_text_leaves_the_margins_or_lies_on_another(case: Case, issued_at: datetime) -> None:
    assert_in_place(pdf(case.invoice, issued_at))


NAMES = st.text(
    st.sampled_from("AEIOUMWilçãéõ .-&/0123456789ÁÇŁ漢😀\u00a0\t"), min_size=1, max_size=200
).filter(lambda name: printable(name) != "")


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    name=NAMES,
    street=NAMES,
    items=st.integers(0, 15),
    cents=st.integers(3_000, 10**9),
    kwh=st.integers(0, 10**6),
    messages=st.lists(NAMES, max_size=4).map(tuple),
    kind=st.sampled_from(PaymentKind),
    is_paid=st.booleans(),
)
def test_no_name_address_value_or_message_breaks_the_page(
    name: str, street: str, items: int, cents: int, kwh: int, messages: tuple[str, ...],
    kind: PaymentKind, is_paid: bool,
) -> None:  # fmt: skip
    of = invoice(
        kind=kind,
        cents=cents,
        kwh=kwh,
        holder=replace(HOLDER, name=name),
        unit=replace(UNIT, address=replace(UNIT.address, street=street, district=name)),
        extra_items=items,
        messages=messages,
        paid_on=date(2026, 11, 3) if is_paid else None,
    )
    assert_in_place(render_invoice(of, protocol=PROTOCOL, issued_at=LONG_AFTER))


# Text that fits

FONTS = st.sampled_from(["Helvetica", "Helvetica-Bold", "Courier-Bold"])
WORDS = st.text(st.sampled_from("abcMWi çãÁ-.,0123456789 "), max_size=120).map(printable)
SIZES = st.floats(SMALLEST, 20)
WIDTHS = st.floats(20, 600)


@given(WORDS, FONTS, SIZES, WIDTHS)
def test_a_fitted_text_fits(words: str, font: str, size: float, width: float) -> None:
    smaller, shown = fitted(words, font, size, width)
    assert stringWidth(shown, font, smaller) <= width + 0.01
    assert SMALLEST <= smaller <= size


@given(WORDS, FONTS, SIZES, WIDTHS)
def test_a_text_is_set_smaller_only_if_it_must_and_cut_only_at_the_smallest(
    words: str, font: str, size: float, width: float
) -> None:
    smaller, shown = fitted(words, font, size, width)
    if stringWidth(words, font, size) <= width:
        assert (smaller, shown) == (size, words)
    if shown != words:
        assert smaller == SMALLEST
        assert shown.endswith("…")
        assert words.startswith(shown[:-1])


def test_where_not_even_an_ellipsis_fits_it_is_all_that_is_left() -> None:
    assert fitted("palavra", "Helvetica", 8, 0.5) == (SMALLEST, "…")


@given(WORDS, FONTS, SIZES, WIDTHS)
def test_wrapped_lines_fit_and_lose_nothing(
    words: str, font: str, size: float, width: float
) -> None:
    rows = wrapped(words, font, size, width)
    assert all(stringWidth(row, font, size) <= width for row in rows)
    assert "".join(rows).replace(" ", "") == words.replace(" ", "")


def test_lines_break_between_words_but_not_inside_an_amount() -> None:
    assert wrapped("pague R$ 12,00 já", "Helvetica", 10, 60) == ["pague", "R$ 12,00 já"]
    assert wrapped("", "Helvetica", 10, 60) == [""]


@given(WORDS, FONTS, SIZES, WIDTHS, st.integers(1, 4))
def test_a_text_in_so_many_lines_has_no_more_and_each_fits(
    words: str, font: str, size: float, width: float, lines: int
) -> None:
    smaller, rows = set_in_lines(words, font, size, width, lines)
    assert len(rows) <= lines
    assert SMALLEST <= smaller <= size
    assert all(stringWidth(row, font, smaller) <= width for row in rows)
    if rows != wrapped(words, font, smaller, width):
        assert smaller == SMALLEST
        assert rows[-1].endswith("…")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("São João d’Araguaia – nº 7", "São João d’Araguaia – nº 7"),
        ("Łódź, Nguyễn", "ódz, Nguyen"),
        ("a\tb\n c\u00a0 d", "a b c d"),
        ("Casa 😀 漢", "Casa"),
        ("e\u0301", "é"),
    ],
)
def test_letters_that_the_fonts_lack_lose_their_accents_or_go(words: str, shown: str) -> None:
    assert printable(words) == shown


@given(st.text(max_size=60))
def test_printable_text_is_never_changed_again(words: str) -> None:
    once = printable(words)
    assert printable(once) == once
    assert all(unicodedata.category(one) != "Cc" for one in once)


def test_the_longest_name_is_whole_in_the_header() -> None:
    assert LONGEST.name in text(invoice(holder=LONGEST))


@pytest.mark.parametrize(
    ("millionths", "printed"),
    [(None, ""), (786_589, "R$ 0,786589"), (1_000_001, "R$ 1,000001"), (-797_412, "-R$ 0,797412")],
)
def test_unit_prices_keep_six_decimals_and_their_sign(millionths: int | None, printed: str) -> None:
    assert _unit_price(millionths) == printed
