"""Masking: the owner recognises it, nobody else learns it."""

from __future__ import annotations

import pytest

from attendance.masking import mask_email, mask_name, mask_text


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Maria da Silva", "M•••• d• S••••"), ("Jo", "J•"), ("Açaí Ltda.", "A••• L••••")],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("joao@gmail.com", "j••••@g••••.com"),
        ("a@b.com.br", "a••••@b••••.com.br"),
        ("", "••••@••••"),
    ],
)
def test_emails(email: str, masked: str) -> None:
    assert mask_email(email) == masked


@pytest.mark.parametrize(
    "text",
    [
        "meu cpf é 529.982.247-25",
        "52998224725",
        "nasci em 13/10/1984",
        "manda pra maria.pantoja@example.com",
        "UC 0.003.619.041.999-23",
    ],
)
def test_free_text_keeps_nothing_that_identifies(text: str) -> None:
    masked = mask_text(text)
    assert not any(
        secret in masked for secret in ("52998", "529.982", "1984", "maria.pantoja", "041.999")
    )


def test_free_text_stays_legible() -> None:
    assert mask_text("quero a 2ª via, cpf 529.982.247-25") == "quero a 2ª via, cpf •••"
