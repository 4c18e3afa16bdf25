"""Dataclasses as JSON and back."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.model import (
    Bill,
    Consent,
    EmailInvoice,
    Holder,
    Invoice,
    MonthlyConsumption,
    Unit,
)
from billing.rest.messages import BillList, CompanySearch, PersonSearch, UnitFound, UnitSearch
from billing.rest.wire import WireError, decode, encode

# A date's place must not be taken by a datetime, which is one too.
st.register_type_strategy(date, st.dates())
st.register_type_strategy(str, st.text(st.characters(codec="utf-8", exclude_characters="\0")))
AWARE = st.datetimes(timezones=st.just(timezone.utc))


def there_and_back(value: Any) -> Any:
    return decode(type(value), json.loads(json.dumps(encode(value))))


@given(st.one_of([st.from_type(kind) for kind in (Bill, EmailInvoice, Holder, Unit, UnitFound)]))
def test_what_is_sent_arrives(value: Any) -> None:
    assert there_and_back(value) == value


@given(st.from_type(Invoice))
def test_an_invoice_arrives_whole(invoice: Invoice) -> None:
    assert there_and_back(invoice) == invoice


@given(st.builds(Consent, given_at=AWARE))
def test_an_instant_arrives_to_the_microsecond(consent: Consent) -> None:
    assert there_and_back(consent) == consent


@pytest.mark.parametrize("text", ["a\0b", "\ud83d"])
def test_what_no_database_takes_is_refused(text: str) -> None:
    with pytest.raises(WireError, match=r"number: expected characters that can be stored"):
        decode(UnitSearch, {"number": text})


def test_instants_may_be_written_with_z_or_an_offset() -> None:
    fields = dict.fromkeys(("holder_id", "text", "text_version", "channel", "protocol"), "x")
    written = ("2026-11-24T14:30:00Z", "2026-11-24T11:30:00-03:00", "2026-11-24T14:30:00.000+00:00")
    instants = {decode(Consent, {**fields, "given_at": text}).given_at for text in written}
    assert instants == {datetime(2026, 11, 24, 14, 30, tzinfo=timezone(timedelta(0)))}


@pytest.mark.parametrize("kind", [Bill, EmailInvoice, Holder, Unit, UnitFound, BillList])
def test_what_may_be_null_must_still_be_there(kind: type) -> None:
    with pytest.raises(WireError, match="expected a value"):
        decode(kind, {})


def test_what_is_not_known_is_ignored() -> None:
    assert decode(UnitFound, {"unit": None, "score": 1}) == UnitFound(None)


@pytest.mark.parametrize(
    ("kind", "data", "complaint"),
    [
        (Holder, None, "the document: expected an object"),
        (Holder, {"id": 1}, "id: expected a string"),
        (Holder, {"id": "1", "name": "n"}, "document: expected a value"),
        (PersonSearch, {"cpf": "1", "birth_date": "13/10/1984"}, "birth_date: expected a date"),
        (PersonSearch, {"cpf": "1", "birth_date": "1984-10-13T00:00"}, "expected a date"),
        (BillList, {"bills": {}}, "bills: expected an array"),
        (BillList, {"bills": [None]}, r"bills\[0\]: expected an object"),
        (BillList, {"bills": [{"id": None}]}, r"bills\[0\].id: expected a string"),
        (EmailInvoice, {"state": "perhaps"}, "state: expected one of the known words"),
        (CompanySearch, {"cnpj": "1", "number": 2}, "number: expected a string"),
    ],
)
def test_what_is_wrong_is_said_and_not_quoted(kind: type, data: Any, complaint: str) -> None:
    with pytest.raises(WireError, match=complaint) as caught:
        decode(kind, data)
    assert "1984" not in str(caught.value)


@pytest.mark.parametrize("amount", [True, 1.0, "1", None])
def test_an_amount_is_an_integer(amount: Any) -> None:
    with pytest.raises(WireError, match="kwh: expected an integer"):
        decode(MonthlyConsumption, {"month": "2026-11-01", "kwh": amount})


def test_consents_without_an_offset_are_refused() -> None:
    fields = dict.fromkeys(("holder_id", "text", "text_version", "channel", "protocol"), "x")
    with pytest.raises(WireError, match="given_at: expected an instant with its offset"):
        decode(Consent, {**fields, "given_at": "2026-11-24T14:30:00"})
