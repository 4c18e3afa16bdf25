"""The longest that Clara ever says: what designers wrote, filled with the demo's longest data.

Every channel has to show all of it; see ``docs/new-channel.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import chain, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from actions.replies import replies
from billing.database import DatabaseGateway, migrate, open_engine
from billing.demo import fill
from billing.demo.fill import demo_customers
from billing.model import Bill
from billing.wording import day, money, month
from bot.rendering import render
from channels.message import OutgoingMessage

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 9, 30)  # a month of nine letters
_MOST_BILLS = 36


def everything() -> list[OutgoingMessage]:
    """Every message, each in its longest form."""
    return [message for response in _said() for message in _rendered(response)]


def pairs() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Any two responses that one turn may say, of those that differ in nothing but their words the
    longest."""
    kinds: dict[str, dict[str, Any]] = {}
    for response in _said():
        parts = response.get("buttons") or [], sorted(response.get("custom") or {})
        kind = json.dumps(parts)
        kinds[kind] = max(kinds.get(kind, response), response, key=lambda one: len(one["text"]))
    return product(kinds.values(), repeat=2)


def _said() -> Iterator[dict[str, Any]]:
    return chain(_replies(), _bills(), _lists(), _payments())


def _rendered(response: dict[str, Any]) -> tuple[OutgoingMessage, ...]:
    return render([response]).messages


def _replies() -> Iterator[dict[str, Any]]:
    """What designers wrote, with the longest in every gap."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    for name, variations in chain(domain["responses"].items(), replies().items()):
        for variation in variations:
            yield {**variation, "text": _filled(variation["text"]), "name": name}


def _filled(text: str) -> str:
    return re.sub(r"{(\w+)}", lambda gap: _longest().get(gap[1], _longest()["street"]), text)


@lru_cache(maxsize=1)
def _longest() -> dict[str, str]:
    customers = demo_customers()
    units = [one.unit for customer in customers for one in customer.units]
    street = max((unit.address.street for unit in units), key=len)
    owed = "• setembro/2026: R$ 123.456,78, venceu em 30/09/2026 (1.234 dias de atraso)"
    return {
        "street": f"{street}, Bairro da Cidade Nova, 4ª Travessa",
        "name": max((customer.holder.name for customer in customers), key=len),
        "debts": "\n".join([owed] * _MOST_BILLS),
        "bills": "\n".join([owed] * _MOST_BILLS),
        "line": max((bill.payment_code.formatted_line for bill in _open_bills()), key=len),
        "consent": max((one["text"] for one in replies()["consent_email_invoice"]), key=len),
        "count": "36",
    }


@lru_cache(maxsize=1)
def _open_bills() -> list[Bill]:
    """Every open bill of the demo distributor."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/billing.db"
        migrate(url)
        engine = open_engine(url)
        fill(engine, TODAY)
        billing = DatabaseGateway(engine)
        units = [one.unit for customer in demo_customers() for one in customer.units]
        found = [bill for unit in units for bill in billing.open_bills(unit.id)]
        engine.dispose()
    return found


def _bills() -> Iterator[dict[str, Any]]:
    """The code and the Pix of every open bill."""
    menu = [{"title": "Parar fatura por e-mail", "payload": f"/{number}"} for number in range(8)]
    for bill in _open_bills():
        name = month(bill.month)
        for variation in replies()["say_barcode"]:
            copyable = {"label": f"Código de barras de {name}", "text": bill.payment_line}
            custom = {"copyables": [copyable]}
            yield {"text": _filled(variation["text"]), "custom": custom, "buttons": menu}
        for variation in replies()["say_pix"]:
            yield {"text": _filled(variation["text"]), "custom": _pix(bill, name), "buttons": menu}


def _pix(bill: Bill, name: str) -> dict[str, Any]:
    image = {
        "id": f"qr-{bill.id}",
        "filename": "pix-setembro-2026.png",
        "media_type": "image/png",
        "description": f"QR Code do Pix da conta de {name}",
    }
    return {
        "copyables": [{"label": f"Pix copia e cola de {name}", "text": bill.pix}],
        "attachments": [image],
    }


def _lists() -> Iterator[dict[str, Any]]:
    """What is offered to pick: bills of a year, and units with long addresses."""
    value, due = money(12_345_678), day(TODAY)
    bills = [
        {"title": "setembro/2026", "description": f"{value}, vence em {due}", "payload": f"/b{one}"}
        for one in range(_MOST_BILLS)
    ]
    units = [
        {"title": _longest()["street"], "description": "Limoeiro do Ajuru", "payload": f"/u{one}"}
        for one in range(12)
    ]
    for offered in (bills, bills[:10], bills[:3], units, units[:3]):
        yield {"text": "Há mais de uma conta em aberto. Qual você quer?", "buttons": offered}


def _payments() -> Iterator[dict[str, Any]]:
    """Several documents at once, and links."""
    documents = [
        {
            "id": f"pdf-{number}",
            "filename": f"segunda-via-setembro-2026-{number}.pdf",
            "media_type": "application/pdf",
            "description": "Segunda via da conta de setembro/2026",
        }
        for number in range(_MOST_BILLS)
    ]
    links = [{"title": text["text"], "url": "https://clara.example/x"} for text in _mailbox()]
    for count in (1, 3, _MOST_BILLS):
        yield {"text": "Aqui estão.", "custom": {"attachments": documents[:count], "links": links}}


def _mailbox() -> list[dict[str, Any]]:
    return list(replies()["label_mailbox"])
