"""The Pix BR Code: the text behind the QR code and of "Pix copia e cola".

A string of fields ID(2) LENGTH(2) VALUE closed by a CRC, after EMVCo's Merchant-Presented Mode and
the Banco Central do Brasil's Manual de Padrões para Iniciação do Pix. A static code carries the
receiver's key; a dynamic one carries the address of a charge, and the charge rules.
"""

import re
import unicodedata
from binascii import crc_hqx
from dataclasses import dataclass
from typing import Literal

PixFault = Literal["characters", "length", "structure", "crc", "amount", "txid", "location"]

_GUI = "br.gov.bcb.pix"
_MAX_LENGTH = 512
_NO_TXID = "***"
_ACCOUNT_IDS = range(26, 52)
_PRINTABLE = re.compile("[ -~]*")
_TXID = re.compile(r"[A-Za-z0-9]{1,25}|\*\*\*")
_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{0,2}))?")


class InvalidPix(ValueError):
    """A BR Code that cannot be read or built; the message never contains the code.

    `reason` is "characters" (not printable ASCII), "length" (a value does not fit its field),
    "structure" (not a sequence of fields, or not those of a Pix), "crc", "amount", "txid" or
    "location".
    """

    def __init__(self, reason: PixFault, message: str) -> None:
        """Keep `reason` for the caller; `message` says what to correct."""
        super().__init__(message)
        self.reason: PixFault = reason


@dataclass(frozen=True)
class PixCode:
    """What a BR Code says. A static code has `key`, a dynamic one `location`, never both.

    `amount_cents` is None when the payer types the amount, and always in a dynamic code, where
    only the charge at `location` tells the amount. `txid` is None when the code leaves it out.
    """

    merchant_name: str
    merchant_city: str
    key: str | None = None
    location: str | None = None
    amount_cents: int | None = None
    txid: str | None = None
    description: str | None = None
    single_use: bool = False


def static_pix(
    *,
    key: str,
    merchant_name: str,
    merchant_city: str,
    amount_cents: int | None = None,
    txid: str | None = None,
    description: str | None = None,
) -> str:
    """Return the BR Code that pays to `key`.

    `key` has up to 77 characters and `description` up to 72, yet with their common overhead they
    share 99. `txid` has 1 to 25 ASCII letters or digits. Name and city lose their accents and are
    cut to 25 and 15 characters. Raises InvalidPix.
    """
    account = [("00", _GUI), ("01", _text("key", key, 77))]
    if description is not None:
        account.append(("02", _text("description", _fold(description), 72)))
    reference = _NO_TXID if txid is None else txid
    return _assemble([], account, amount_cents, merchant_name, merchant_city, reference)


def dynamic_pix(
    *, location: str, merchant_name: str, merchant_city: str, single_use: bool = True
) -> str:
    """Return the BR Code of the charge at `location`, up to 77 characters without "https://".

    Amount and txid belong to the charge and are left out. Raises InvalidPix.
    """
    account = [("00", _GUI), ("25", _location(_text("location", location, 77)))]
    initiation = [("01", "12")] if single_use else []
    return _assemble(initiation, account, None, merchant_name, merchant_city, _NO_TXID)


def parse_pix(text: str) -> PixCode:
    """Read a BR Code, ignoring whitespace around it.

    Tolerates what codes in circulation do: the Pix identifier and the CRC in either case, no point
    of initiation in a dynamic code, and fields not used here, such as 80 of Pix Automático.

    Raises InvalidPix.
    """
    payload = text.strip()
    if len(payload) > _MAX_LENGTH:
        raise InvalidPix("length", f"a BR Code has at most {_MAX_LENGTH} characters")
    if not _PRINTABLE.fullmatch(payload):
        raise InvalidPix("characters", "a BR Code has only printable ASCII characters")
    fields = _split(payload)
    if list(fields)[-1:] != ["63"] or payload[-8:-4] != "6304":
        raise InvalidPix("structure", "the last field is not a CRC of 4 digits")
    if fields["63"].upper() != crc16(payload[:-4]):
        raise InvalidPix("crc", "the CRC does not match; part of the code is missing or changed")
    if [fields.get(i) for i in ("00", "53", "58")] != ["01", "986", "BR"]:
        raise InvalidPix("structure", "not a payment in reais in Brazil")

    account = _pix_account(fields)
    key, location = account.get("01"), account.get("25")
    if (key is None) == (location is None):
        raise InvalidPix("structure", "a Pix has either a key or a location")
    txid = _split(fields.get("62", "")).get("05", _NO_TXID)
    if not _TXID.fullmatch(txid):
        raise InvalidPix("txid", "the txid has 1 to 25 letters or digits")
    return PixCode(
        merchant_name=_text("merchant name", fields.get("59", ""), 25),
        merchant_city=_text("merchant city", fields.get("60", ""), 15),
        key=None if key is None else _text("key", key, 77),
        location=None if location is None else _location(_text("location", location, 77)),
        amount_cents=_parse_amount(fields["54"]) if key and "54" in fields else None,
        txid=None if txid == _NO_TXID else txid,
        description=account.get("02"),
        single_use=fields.get("01") == "12",
    )


def crc16(text: str) -> str:
    """Return the CRC-16/CCITT-FALSE of ASCII `text` as 4 upper-case hexadecimal digits.

    Polynomial 0x1021, initial value 0xFFFF, no reflection (EMVCo, data object 63).
    """
    return f"{crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def _assemble(
    initiation: list[tuple[str, str]],
    account: list[tuple[str, str]],
    amount_cents: int | None,
    merchant_name: str,
    merchant_city: str,
    txid: str,
) -> str:
    if not _TXID.fullmatch(txid):
        raise InvalidPix("txid", "the txid has 1 to 25 ASCII letters or digits")
    fields = [("00", "01"), *initiation, ("26", _join(account)), ("52", "0000"), ("53", "986")]
    if amount_cents is not None:
        fields.append(("54", _format_amount(amount_cents)))
    fields += [
        ("58", "BR"),
        ("59", _text("merchant name", _fold(merchant_name)[:25].strip(), 25)),
        ("60", _text("merchant city", _fold(merchant_city)[:15].strip(), 15)),
        ("62", _join([("05", txid)])),
    ]
    unsigned = _join(fields) + "6304"
    return unsigned + crc16(unsigned)


def _join(fields: list[tuple[str, str]]) -> str:
    for _, value in fields:
        if len(value) > 99:
            raise InvalidPix("length", "key and description together do not fit their field")
    return "".join(f"{id_}{len(value):02d}{value}" for id_, value in fields)


def _split(payload: str) -> dict[str, str]:
    """Return the fields of `payload` in order. Raises InvalidPix with reason "structure"."""
    fields: dict[str, str] = {}
    rest = payload
    while rest:
        header = re.match("([0-9]{2})([0-9]{2})", rest)
        if not header:
            raise InvalidPix("structure", "not a sequence of fields")
        id_, end = header[1], 4 + int(header[2])
        if end > len(rest) or id_ in fields:
            raise InvalidPix("structure", f"field {id_} is cut short or repeated")
        fields[id_], rest = rest[4:end], rest[end:]
    return fields


def _pix_account(fields: dict[str, str]) -> dict[str, str]:
    """Return the one account among `fields` that is Pix's; other arrangements may stand by it."""
    for id_ in _ACCOUNT_IDS:
        value = fields.get(str(id_), "")
        if value[4 : 4 + len(_GUI)].lower() == _GUI:
            return _split(value)
    raise InvalidPix("structure", "no field belongs to Pix")


def _text(name: str, value: str, limit: int) -> str:
    """Return `value` if it has 1 to `limit` printable ASCII characters."""
    if not _PRINTABLE.fullmatch(value):
        raise InvalidPix("characters", f"the {name} has a character other than printable ASCII")
    if not 1 <= len(value) <= limit:
        raise InvalidPix("length", f"the {name} has {len(value)} characters; 1 to {limit} fit")
    return value


def _location(value: str) -> str:
    if "://" in value:
        raise InvalidPix("location", 'the location goes without "https://"')
    return value


def _fold(text: str) -> str:
    """Return `text` in printable ASCII: letters lose their accents, other characters go."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (c if "!" <= c <= "~" else " " if c.isspace() else "" for c in decomposed)
    return " ".join("".join(kept).split())


def _format_amount(cents: int) -> str:
    if not 0 < cents < 10**12:
        raise InvalidPix("amount", "the amount goes from R$ 0,01 to R$ 9.999.999.999,99")
    return f"{cents // 100}.{cents % 100:02d}"


def _parse_amount(text: str) -> int | None:
    """Return the cents of an amount such as "12.3"; zero, as if absent, is None."""
    match = _AMOUNT.fullmatch(text)
    if not match:
        raise InvalidPix("amount", "the amount is not a number with up to two decimals")
    return int(match[1] + (match[2] or "").ljust(2, "0")) or None
