"""What an operator reads when Clara starts."""

from __future__ import annotations

from datetime import date

import pytest

from billing import demo
from bot import console


def test_the_address_comes_last_below_the_customers_to_try(
    capsys: pytest.CaptureFixture[str],
) -> None:
    customers = demo.showcase(date(2026, 11, 29))
    console.tell_ready("https://clara.example", customers)
    *above, address, how_to_stop = capsys.readouterr().out.splitlines()
    assert "https://clara.example" in address
    assert "Ctrl+C" in how_to_stop
    assert all(any(one.name in line for line in above) for one in customers)


def test_without_a_demo_there_is_only_the_address(capsys: pytest.CaptureFixture[str]) -> None:
    console.tell_ready("https://clara.example", ())
    assert len(capsys.readouterr().out.strip().splitlines()) == 2
