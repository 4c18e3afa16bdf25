"""``python -m bot check``, as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import checks
from bot.__main__ import main
from tests.assistant import environment
from tests.servers.smtp import free_port


@pytest.mark.parametrize("channel", checks.names())
def test_a_channel_that_is_not_set_up_says_what_is_missing(
    channel: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(CLARA_DATA_DIR=str(tmp_path)):
        assert main(["check", channel]) == 1
    told = capsys.readouterr().out
    assert f"CLARA_{channel.upper()}_" in told
    assert f"docs/{channel}.md" in told
    assert (Path(__file__).parents[2] / "docs" / f"{channel}.md").exists()


def test_a_channel_set_up_by_half_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(CLARA_DATA_DIR=str(tmp_path), CLARA_TELEGRAM_MODE="polling"):
        assert main(["check", "telegram"]) == 1
    assert "CLARA_TELEGRAM_TOKEN" in capsys.readouterr().err


def test_what_is_wrong_is_said_in_plain_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    token = "7000000001:AAF-a-token-of-the-tests-0123456789abc"
    with environment(
        CLARA_DATA_DIR=str(tmp_path),
        CLARA_TELEGRAM_TOKEN=token,
        CLARA_TELEGRAM_MODE="polling",
        CLARA_TELEGRAM_API_URL=nowhere,
    ):
        assert main(["check", "telegram"]) == 1
    told = capsys.readouterr()
    assert "✗ Não consegui chegar a 127.0.0.1" in told.out
    assert token not in told.out + told.err


@pytest.mark.parametrize("arguments", [["check"], ["check", "orkut"]])
def test_a_channel_has_to_be_named(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert "canal" in capsys.readouterr().err
