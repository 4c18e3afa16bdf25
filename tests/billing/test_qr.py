"""The QR code of a Pix: read back, it is the very BR Code."""

import io

import pytest
import segno
import zxingcpp
from PIL import Image

from billing.pix import dynamic_pix, static_pix
from billing.qr import QUIET_ZONE, pix_qr_png, qr_code

KEY = "7d9f1c52-3b0e-4c8a-9e41-5a2f60b7c813"
CODES = [
    static_pix(key=KEY, merchant_name="Rio Claro", merchant_city="Belém", amount_cents=28_700),
    static_pix(key="a@b.co", merchant_name="A", merchant_city="B"),
    static_pix(
        key=KEY,
        merchant_name="Rio Claro Distribuidora de Energia",
        merchant_city="São Domingos do Capim",
        amount_cents=10**12 - 1,
        txid="A" * 25,
        description="conta 10/2026 cod 3001234",
    ),
    dynamic_pix(location=f"pix.example.com/{'8' * 61}", merchant_name="A", merchant_city="B"),
]


@pytest.fixture(params=CODES, ids=len)
def pix(request: pytest.FixtureRequest) -> str:
    code: str = request.param
    return code


def image(pix: str) -> Image.Image:
    return Image.open(io.BytesIO(pix_qr_png(pix)))


def test_the_image_reads_as_the_code(pix: str) -> None:
    (found,) = zxingcpp.read_barcodes(image(pix))
    assert (found.format, found.text) == (zxingcpp.BarcodeFormat.QRCode, pix)


def test_it_still_reads_on_a_small_screen(pix: str) -> None:
    (found,) = zxingcpp.read_barcodes(image(pix).convert("L").resize((240, 240)))
    assert found.text == pix


def test_it_is_a_square_with_four_blank_modules_around(pix: str) -> None:
    picture, modules = image(pix).convert("L"), qr_code(pix).symbol_size(border=0)[0]
    assert picture.size == (8 * (modules + 2 * QUIET_ZONE),) * 2
    dark = picture.point(lambda value: 255 - value).getbbox()
    assert dark == (32, 32, picture.width - 32, picture.height - 32)


def test_it_is_never_a_micro_qr_code_and_survives_15_percent_of_damage() -> None:
    assert not qr_code("0").is_micro
    assert segno.make("0").is_micro  # which is what would come otherwise
    assert qr_code(CODES[0]).error == "M"
