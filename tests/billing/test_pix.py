"""The Pix BR Code, after EMVCo's Merchant-Presented Mode and the Banco Central's manual."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from billing.pix import InvalidPix, PixCode, crc16, dynamic_pix, parse_pix, static_pix

# The examples of the Banco Central's manual.
STATIC = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR"
    "5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)
DYNAMIC = (
    "00020101021226700014br.gov.bcb.pix2548pix.example.com/8b3da2f39a4140d1a91abd93113bd441"
    "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***630464E4"
)
KEY = "123e4567-e12b-12d1-a456-426655440000"
LOCATION = "pix.example.com/8b3da2f39a4140d1a91abd93113bd441"

PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
AMOUNTS = st.integers(1, 10**12 - 1)
TXIDS = st.from_regex("[A-Za-z0-9]{1,25}", fullmatch=True)


def signed(unsigned: str) -> str:
    """Return the BR Code made of `unsigned` and its CRC."""
    return unsigned + "6304" + crc16(unsigned + "6304")


def static(**changes: object) -> str:
    """Return a static code, changed in what matters to the test."""
    arguments: dict[str, object] = {
        "key": KEY,
        "merchant_name": "Fulano de Tal",
        "merchant_city": "BRASILIA",
    }
    return static_pix(**{**arguments, **changes})  # type: ignore[arg-type]


def test_the_crc_is_ccitt_false() -> None:
    assert crc16("123456789") == "29B1"


def test_the_manual_static_code_is_built_and_read() -> None:
    assert static() == STATIC
    assert parse_pix(STATIC) == PixCode("Fulano de Tal", "BRASILIA", key=KEY)


def test_the_manual_dynamic_code_is_built_and_read() -> None:
    built = dynamic_pix(location=LOCATION, merchant_name="Fulano de Tal", merchant_city="BRASILIA")
    assert built == DYNAMIC
    assert parse_pix(DYNAMIC) == PixCode(
        "Fulano de Tal", "BRASILIA", location=LOCATION, single_use=True
    )


def test_a_code_may_be_paid_more_than_once() -> None:
    built = dynamic_pix(
        location=LOCATION, merchant_name="Fulano", merchant_city="BRASILIA", single_use=False
    )
    assert not parse_pix(built).single_use


@pytest.mark.parametrize(
    ("cents", "field"),
    [(1, "54040.01"), (100, "54041.00"), (123_45, "5406123.45"), (10**12 - 1, "54139999999999.99")],
)
def test_amounts_are_written_with_a_dot_and_two_decimals(cents: int, field: str) -> None:
    assert field in static(amount_cents=cents)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("100", 100_00),
        ("0.9", 90),
        ("10.", 10_00),
        ("10.05", 10_05),
        ("0.00", None),
    ],
)
def test_amounts_in_circulation_are_read_as_cents(written: str, cents: int | None) -> None:
    field = f"54{len(written):02d}{written}"
    code = signed(STATIC[:-8].replace("5802BR", field + "5802BR"))
    assert parse_pix(code).amount_cents == cents


@pytest.mark.parametrize(
    ("name", "city", "written_name", "written_city"),
    [
        ("Distribuição Belém", "São Luís", "Distribuicao Belem", "Sao Luis"),
        ("  Ana \t Lúcia ", "Açaí\n", "Ana Lucia", "Acai"),
        ("Energia \u2013 Pará ⚡", "Macapá", "Energia Para", "Macapa"),
        ("Distribuidora de Energia S.A.", "Abaetetuba do Norte", "Distribuidora de Energia", None),
        ("á" * 30, "é" * 30, "a" * 25, "e" * 15),
    ],
)
def test_name_and_city_lose_their_accents_and_are_then_cut(
    name: str, city: str, written_name: str, written_city: str | None
) -> None:
    code = parse_pix(static(merchant_name=name, merchant_city=city))
    assert code.merchant_name == written_name
    assert code.merchant_city == (written_city or "Abaetetuba do N")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": ""}, "length"),
        ({"key": "k" * 78}, "length"),
        ({"key": "josé@example.com"}, "characters"),
        ({"description": ""}, "length"),
        ({"description": "d" * 73}, "length"),
        # Each fits its own field, and together they overflow the one that holds both.
        ({"key": "k" * 60, "description": "d" * 14}, "length"),
        ({"merchant_name": "⚡"}, "length"),
        ({"merchant_city": " "}, "length"),
        ({"amount_cents": 0}, "amount"),
        ({"amount_cents": -1}, "amount"),
        ({"amount_cents": 10**12}, "amount"),
        ({"txid": ""}, "txid"),
        ({"txid": "a" * 26}, "txid"),
        ({"txid": "with space"}, "txid"),
        ({"txid": "não"}, "txid"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(
    changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(InvalidPix) as error:
        static(**changes)
    assert error.value.reason == reason


def test_key_and_description_share_what_their_field_holds() -> None:
    code = parse_pix(static(key="k" * 60, description="d" * 13))
    assert (code.key, code.description) == ("k" * 60, "d" * 13)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("", "length"),
        ("p" * 78, "length"),
        ("pix.example.com/ç", "characters"),
        (f"https://{LOCATION}", "location"),
    ],
)
def test_a_location_that_banks_would_not_find_is_refused(location: str, reason: str) -> None:
    with pytest.raises(InvalidPix) as error:
        dynamic_pix(location=location, merchant_name="Fulano", merchant_city="BRASILIA")
    assert error.value.reason == reason


@pytest.mark.parametrize(
    "code",
    [
        f"\n {DYNAMIC} ",
        DYNAMIC[:-4] + DYNAMIC[-4:].lower(),
        signed(DYNAMIC[:-8].replace("br.gov.bcb.pix", "BR.GOV.BCB.PIX")),
        signed(DYNAMIC[:-8].replace("5802BR", "540512.345802BR")),
        signed(DYNAMIC[:-8].replace("5802BR", "5802BR610866000000")),
        signed(DYNAMIC[:-8] + "80390014br.gov.bcb.pix2517pix.example/rec/1"),
    ],
    ids=["whitespace", "lower-case CRC", "upper-case GUI", "amount", "postal code", "automatic"],
)
def test_what_codes_in_circulation_do_is_tolerated(code: str) -> None:
    assert parse_pix(code) == parse_pix(DYNAMIC)


def test_a_dynamic_code_need_not_say_how_often_it_is_paid() -> None:
    code = parse_pix(signed(DYNAMIC[:-8].replace("010212", "")))
    assert (code.location, code.single_use) == (LOCATION, False)


def test_pix_is_found_beside_other_arrangements() -> None:
    beside = STATIC[:-8].replace("2658", "26120008other.ar2758")
    assert parse_pix(signed(beside)).key == KEY


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "structure"),
        ("00020", "structure"),
        ("000AXYZ", "structure"),
        (STATIC[:-1], "structure"),
        (STATIC[:-8], "structure"),
        (STATIC + "0102", "structure"),
        (signed("000201" + STATIC[:-8]), "structure"),
        (signed(STATIC[:-8].replace("000201", "000202")), "structure"),
        (signed(STATIC[:-8].replace("5303986", "5303840")), "structure"),
        (signed(STATIC[:-8].replace("5802BR", "5802AR")), "structure"),
        (signed(STATIC[:-8].replace("br.gov.bcb.pix", "br.gov.bcb.pox")), "structure"),
        (signed(STATIC[:-8].replace("0136", "0336")), "structure"),
        (STATIC[:-4] + "1D3E", "crc"),
        (STATIC.replace("Fulano", "Sicano"), "crc"),
        (STATIC.replace("BRASILIA", "BRASÍLIA"), "characters"),
        (STATIC.replace("de Tal", "de\nTal"), "characters"),
        (STATIC.replace("000201", "٠٠٠٢٠١"), "characters"),
        ("0" * 513, "length"),
        (signed(STATIC[:-8].replace("5913Fulano de Tal", "")), "length"),
        (signed(STATIC[:-8].replace("6008BRASILIA", "6016BRASILIA DO NORTE"[:-1])), "length"),
        (signed(STATIC[:-8].replace("5802BR", "5404abcd5802BR")), "amount"),
        (signed(STATIC[:-8].replace("5802BR", "5405-1.005802BR")), "amount"),
        (signed(STATIC[:-8].replace("5802BR", "54051.0015802BR")), "amount"),
        (signed(STATIC[:-8].replace("0503***", "0503a-b")), "txid"),
        (
            signed(DYNAMIC[:-8].replace("2670", "2678").replace("2548", "2556https://")),
            "location",
        ),
    ],
)
def test_anything_else_is_refused_with_its_reason(code: str, reason: str) -> None:
    with pytest.raises(InvalidPix) as error:
        parse_pix(code)
    assert error.value.reason == reason


@given(
    key=st.text(PRINTABLE, min_size=1, max_size=40),
    description=st.none() | st.from_regex("[!-~]{1,30}", fullmatch=True),
    amount=st.none() | AMOUNTS,
    txid=st.none() | TXIDS,
    name=st.from_regex("[A-Z]{1,25}", fullmatch=True),
    city=st.from_regex("[A-Z]{1,15}", fullmatch=True),
)
def test_every_static_code_built_is_read_back(
    key: str, description: str | None, amount: int | None, txid: str | None, name: str, city: str
) -> None:
    built = static_pix(
        key=key,
        merchant_name=name,
        merchant_city=city,
        amount_cents=amount,
        txid=txid,
        description=description,
    )
    assert len(built) <= 512
    assert parse_pix(built) == PixCode(
        name, city, key=key, amount_cents=amount, txid=txid, description=description
    )


@given(st.integers(0, len(STATIC) - 1), PRINTABLE)
def test_one_changed_character_is_always_caught(position: int, character: str) -> None:
    # A CRC-16 detects every burst of up to 16 bits, hence any one character.
    changed = STATIC[:position] + character + STATIC[position + 1 :]
    assume(changed != STATIC)
    # The CRC itself is read in either case.
    assume(position < len(STATIC) - 4 or character.upper() != STATIC[position])
    with pytest.raises(InvalidPix):
        parse_pix(changed)


@given(st.text() | st.text("0123456789AB", max_size=60).map(signed))
@example(signed("26" + "99"))
@example(signed("0002015303986" + "5802BR" + "2618" + "0014br.gov.bcb.pix"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_pix(text)
    except InvalidPix as error:
        assert error.reason


@given(name=st.text(), city=st.text(), key=st.text(), description=st.text(), txid=st.text())
def test_any_argument_makes_a_readable_code_or_is_refused(
    name: str, city: str, key: str, description: str, txid: str
) -> None:
    try:
        built = static(
            merchant_name=name, merchant_city=city, key=key, description=description, txid=txid
        )
    except InvalidPix:
        return
    assert parse_pix(built).key == key
