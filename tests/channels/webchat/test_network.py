"""Where requests come from, and how much one place may ask."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from environs import Env, EnvValidationError
from multidict import CIMultiDict

from channels.channel import Surroundings
from channels.webchat.limits import Limits, neighbourhood
from channels.webchat.network import Origins, address_of
from channels.webchat.settings import WebChatSettings, read


def request(peer: str, *forwarded: str) -> Any:
    headers = CIMultiDict([("X-Forwarded-For", value) for value in forwarded])
    return SimpleNamespace(ip=peer, headers=headers)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("198.51.100.7", [], 0, "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], 0, "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9"], 1, "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.9"], 1, "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6", "203.0.113.9"], 1, "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.9, 10.0.0.2"], 2, "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9"], 2, "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9:5678"], 1, "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8::1]:5678"], 1, "2001:db8::1"),
        ("10.0.0.1", ["2001:DB8:0::1"], 1, "2001:db8::1"),
        ("10.0.0.1", ["unknown"], 1, "10.0.0.1"),
        ("10.0.0.1", [" , "], 1, "10.0.0.1"),
        ("10.0.0.1", [], 1, "10.0.0.1"),
        ("", [], 0, None),
        ("", ["<script>"], 1, None),
    ],
)
def test_address(peer: str, forwarded: list[str], proxies: int, address: str | None) -> None:
    assert address_of(request(peer, *forwarded), proxies) == address


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("", True),
        ("https://chat.luz.example", True),
        ("https://CHAT.luz.example", True),
        ("http://127.0.0.1:8080", True),
        ("https://127.0.0.1:8080", True),
        ("https://www.luz.example", True),
        ("http://www.luz.example", False),
        ("https://www.luz.example:8443", False),
        ("https://www.luz.example.evil.example", False),
        ("https://evil.example", False),
        ("null", False),
        ("file://", False),
        ("https://[", False),
        ("127.0.0.1:8080", False),
    ],
)
def test_origins(origin: str | None, allowed: bool) -> None:
    origins = Origins("https://chat.luz.example:443/", ["https://www.luz.example/"])
    assert origins.allow(origin, "127.0.0.1:8080") is allowed


def test_without_a_host_only_named_origins_are_ours() -> None:
    origins = Origins("https://chat.luz.example", [])
    assert not origins.allow("https://x.example", None)
    assert not origins.allow("null", "")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_neighbourhood(address: str, place: str) -> None:
    assert neighbourhood(address) == place


def settings(**more: Any) -> WebChatSettings:
    return WebChatSettings(secret="s" * 32, public_url="https://chat.luz.example", **more)


def test_a_session_at_its_limit_takes_nothing_from_its_address() -> None:
    limits = Limits(settings(messages_per_session="1/hour", messages_per_address="2/hour"))
    assert limits.allows_message("one", "203.0.113.9")
    assert not limits.allows_message("one", "203.0.113.9")
    assert limits.allows_message("two", "203.0.113.9")
    assert not limits.allows_message("three", "203.0.113.9")
    assert limits.allows_message("three", "203.0.113.10")
    assert limits.allows_message("four", None)


@pytest.mark.parametrize(
    "wrong",
    ["*", "ftp://luz.example", "www.luz.example", "https://luz.example,*", "https://*.example"],
)
def test_what_is_no_origin_is_refused(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", wrong)
    env = Env(eager=False)
    read(
        env,
        Surroundings(
            public_url="https://chat.luz.example",
            trusted_proxies=0,
            distributor_name="Luz do Norte",
            secret="s" * 32,
        ),
    )
    with pytest.raises(EnvValidationError, match="ALLOWED_ORIGINS"):
        env.seal()


def test_the_secret_is_in_no_representation() -> None:
    assert "sss" not in repr(settings())
