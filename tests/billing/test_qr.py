"""The QR code of a Pix: read back, it is the very BR Code."""

import io

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from billing.pix import dynamic_pix, static_pix
from billing.qr import PIXELS_A_MODULE, QUIET_ZONE, pix_qr_png, qr_modules

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


def read(picture: Image.Image) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(picture)
    return found


def test_the_image_reads_as_the_code(pix: str) -> None:
    found = read(image(pix))
    assert (found.format, found.text) == (zxingcpp.BarcodeFormat.QRCode, pix)
    assert found.content_type == zxingcpp.ContentType.Text


def test_it_still_reads_on_a_small_screen(pix: str) -> None:
    assert read(image(pix).convert("L").resize((240, 240))).text == pix


def test_it_still_reads_with_a_stain_on_it(pix: str) -> None:
    picture = image(pix).convert("L")
    middle, stain = picture.width // 2, round(0.11 * picture.width)
    box = (middle - stain, middle - stain, middle + stain, middle + stain)  # 5 % of the image
    ImageDraw.Draw(picture).rectangle(box, fill=255)
    assert read(picture).text == pix


def test_it_is_a_square_with_four_blank_modules_around(pix: str) -> None:
    picture, modules = image(pix).convert("L"), len(qr_modules(pix))
    assert picture.size == (PIXELS_A_MODULE * (modules + 2 * QUIET_ZONE),) * 2
    dark = picture.point(lambda value: 255 - value).getbbox()
    assert dark == (32, 32, picture.width - 32, picture.height - 32)


def test_the_modules_to_draw_are_those_of_the_image(pix: str) -> None:
    picture, modules = image(pix).convert("L"), qr_modules(pix)
    middle = PIXELS_A_MODULE // 2
    for y, row in enumerate(modules, start=QUIET_ZONE):
        for x, module in enumerate(row, start=QUIET_ZONE):
            place = (x * PIXELS_A_MODULE + middle, y * PIXELS_A_MODULE + middle)
            assert picture.getpixel(place) == module


def test_its_error_correction_is_m(pix: str) -> None:
    assert read(image(pix)).ec_level == "M"


def test_a_single_character_is_no_micro_qr_code_which_banks_refuse() -> None:
    assert read(image("0")).format == zxingcpp.BarcodeFormat.QRCode
    assert len(qr_modules("0")) == 21
