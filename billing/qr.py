"""The QR code of a Pix: as modules to draw, and as an image to show or to send.

Which of the eight masks of ISO/IEC 18004 makes a code easiest to read is a matter of trying them
all; in Python that alone takes as long as everything else that an answer needs.
"""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image

QUIET_ZONE = 4
"""Modules left blank on each side (ISO/IEC 18004 asks for four)."""

PIXELS_A_MODULE = 8


def pix_qr_png(pix: str) -> bytes:
    """A PNG of the BR Code, 8 pixels a module: some 400 to 600 pixels wide."""
    # One bit a pixel before it grows: a quarter of the work.
    symbol = _symbol(pix, with_quiet_zone=True).convert("1")
    size = symbol.width * PIXELS_A_MODULE
    png = io.BytesIO()
    symbol.resize((size, size), Image.Resampling.NEAREST).save(png, "PNG")
    return png.getvalue()


def qr_modules(pix: str) -> list[bytes]:
    """The BR Code row by row from the top, 0 where a module is dark; nothing is around it."""
    symbol = _symbol(pix, with_quiet_zone=False)
    pixels, width = symbol.tobytes(), symbol.width
    return [pixels[at : at + width] for at in range(0, width**2, width)]


def _symbol(pix: str, *, with_quiet_zone: bool) -> Image.Image:
    """The BR Code as a QR code with error correction M, a pixel a module; never a Micro QR."""
    code = zxingcpp.create_barcode(pix, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    pixels = code.to_image(scale=1, add_quiet_zones=with_quiet_zone)
    return Image.fromarray(pixels)  # type: ignore[arg-type]  # __len__ is never asked for
