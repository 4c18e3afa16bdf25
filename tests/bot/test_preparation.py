"""Preparing the databases, where one of them does not answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.__main__ import main
from tests.billing.reference_server import free_port


@pytest.mark.parametrize("setting", ["CLARA_RECORDS_URL", "CLARA_BILLING_DATABASE_URL"])
def test_whoever_starts_is_told_which_setting_to_look_at(
    setting: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLARA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(setting, f"postgresql://clara:of-nobody@127.0.0.1:{free_port()}/none")
    assert main(["prepare"]) == 1
    told = capsys.readouterr().err
    assert setting in told
    assert "Traceback" not in told
    assert "of-nobody" not in told
