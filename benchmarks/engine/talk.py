"""What customers say in the benchmark: questions, small talk, and services begun and left."""

from __future__ import annotations

MESSAGES = (
    "oi", "quero a segunda via da conta", "529.982.247-25", "13/10/1984", "obrigada",
    "qual o horário de atendimento?", "código de barras", "3001234567", "quanto custa?",
    "é oficial mesmo?", "quanto eu devo", "cancelar", "menu", "a conta veio muito cara",
    "onde acho o código único", "valeu", "posso pagar com pix?", "asdfgh", "repete", "tchau",
)  # fmt: skip
"""A round; a window of as many turns has one of each."""


def message(number: int) -> str:
    """What is said in turn ``number``."""
    return MESSAGES[number % len(MESSAGES)]
