"""The QR code of a Pix, as an image to show or to send."""

from __future__ import annotations

import io

import segno

QUIET_ZONE = 4
"""Modules left blank on each side (ISO/IEC 18004 asks for four)."""


def pix_qr_png(pix: str) -> bytes:
    """A PNG of the BR Code, 8 pixels a module: some 400 to 600 pixels wide."""
    image = io.BytesIO()
    qr_code(pix).save(image, kind="png", scale=8, border=QUIET_ZONE)
    return image.getvalue()


def qr_code(pix: str) -> segno.QRCode:
    """The BR Code as a QR code with error correction M; never a Micro QR, which banks refuse."""
    return segno.make(pix, error="m", micro=False, boost_error=False)
