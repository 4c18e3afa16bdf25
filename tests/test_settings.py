"""Settings are checked at the start, and what is wrong is named with how to mend it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from settings import InvalidSettings, load
from tests.assistant import environment


def test_local_holidays_are_dates_with_commas_between(tmp_path: Path) -> None:
    days = {"CLARA_DISTRIBUTOR_LOCAL_HOLIDAYS": "2027-08-15, 2027-01-12"}
    with environment(CLARA_DATA_DIR=str(tmp_path), **days):
        holidays = load().distributor.local_holidays
    assert holidays == {date(2027, 8, 15), date(2027, 1, 12)}


def test_a_local_holiday_that_is_no_date_is_named(tmp_path: Path) -> None:
    days = {"CLARA_DISTRIBUTOR_LOCAL_HOLIDAYS": "15/08/2027"}
    with (
        environment(CLARA_DATA_DIR=str(tmp_path), **days),
        pytest.raises(InvalidSettings, match="LOCAL_HOLIDAYS: precisa de datas como 2027-08-15"),
    ):
        load()


def test_no_password_or_secret_is_in_the_representation(tmp_path: Path) -> None:
    secret = "not-for-anybody-to-read-in-a-log"
    holding = {
        "CLARA_SECRET": secret,
        "CLARA_RECORDS_URL": f"postgresql://clara:{secret}@records/clara",
        "CLARA_BROKER_URL": f"amqp://clara:{secret}@broker/",
        "CLARA_BILLING_DATABASE_URL": f"postgresql://clara:{secret}@billing/billing",
        "CLARA_BILLING_REST_URL": "https://billing.example",
        "CLARA_BILLING_REST_TOKEN": secret,
        "CLARA_SMTP_PASSWORD": secret,
    }
    with environment(CLARA_DATA_DIR=str(tmp_path), **holding):
        assert secret not in repr(load())
