"""Towns of Pará where the demo distributor has customers, with streets that could be there."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from billing.model import Address


@dataclass(frozen=True)
class Town:
    """A town, how many of the customers live there, and what addresses look like."""

    name: str
    weight: int
    postal_prefix: str  # first 5 digits
    districts: tuple[str, ...]


TOWNS = (
    Town("Belém", 40, "66055", ("Umarizal", "Nazaré", "Marco", "Pedreira", "Guamá", "Jurunas")),
    Town("Ananindeua", 16, "67130", ("Cidade Nova", "Coqueiro", "Guanabara", "Icuí-Guajará")),
    Town("Santarém", 8, "68005", ("Aldeia", "Santa Clara", "Maracanã", "Jardim Santarém")),
    Town("Marabá", 7, "68500", ("Cidade Nova", "Nova Marabá", "Velha Marabá")),
    Town("Castanhal", 6, "68740", ("Centro", "Ianetama", "Jaderlândia", "Estrela")),
    Town("Parauapebas", 5, "68515", ("Rio Verde", "Cidade Jardim", "União")),
    Town("Abaetetuba", 4, "68440", ("Centro", "Algodoal", "São Lourenço")),
    Town("Bragança", 3, "68600", ("Centro", "Padre Luiz", "Vila Sinhá")),
    Town("Cametá", 3, "68400", ("Centro", "Brasília", "Nova Cametá")),
    Town("Altamira", 3, "68371", ("Centro", "Sudam I", "Jardim Uirapuru")),
    Town("Barcarena", 3, "68445", ("Centro", "Vila dos Cabanos", "Pioneiro")),
    Town("Salinópolis", 2, "68721", ("Centro", "Atalaia", "Maçarico")),
)

_STREETS = (
    "Rua dos Mundurucus",
    "Travessa do Chaco",
    "Avenida Pedro Miranda",
    "Passagem Santa Rita",
    "Rua Quinze de Novembro",
    "Travessa Barão do Triunfo",
    "Alameda das Mangueiras",
    "Rua Padre Eutíquio",
    "Avenida Presidente Vargas",
    "Passagem Boa Esperança",
    "Rua dos Tamoios",
    "Travessa Lomas Valentinas",
    "Rua Magalhães Barata",
    "Vila São Benedito",
)
_COMPLEMENTS = ("", "", "", "", ", casa A", ", casa 2", ", apto. 302", ", apto. 1104", ", altos")


def random_address(rng: Random) -> Address:
    """Return an address; the big towns come up more often."""
    town = rng.choices(TOWNS, weights=[town.weight for town in TOWNS])[0]
    street = f"{rng.choice(_STREETS)}, {rng.randrange(12, 2900)}{rng.choice(_COMPLEMENTS)}"
    return Address(
        street=street,
        district=rng.choice(town.districts),
        city=town.name,
        state="PA",
        postal_code=f"{town.postal_prefix}{rng.randrange(10, 990):03d}",
    )
