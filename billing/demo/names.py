"""Names of invented people and companies, as common in Pará as can be."""

from __future__ import annotations

import re
import unicodedata
from random import Random

_FIRST_NAMES = (
    "Maria de Nazaré",
    "Raimunda",
    "Ana Paula",
    "Socorro",
    "Rosilene",
    "Edna",
    "Luciana",
    "Benedita",
    "Patrícia",
    "Elizângela",
    "Cleide",
    "Juliana",
    "Tainá",
    "Conceição",
    "Ivanilde",
    "Larissa",
    "Raimundo",
    "José Maria",
    "Antônio",
    "Edilson",
    "Benedito",
    "Francisco",
    "Waldir",
    "Manoel",
    "Carlos Alberto",
    "Jorge",
    "Rosivaldo",
    "Paulo Sérgio",
    "Ademir",
    "Iuri",
    "Marcelo",
    "Luís Otávio",
)
_SURNAMES = (
    "Pantoja",
    "Lobato",
    "da Silva",
    "dos Santos",
    "Furtado",
    "Quaresma",
    "Miranda",
    "Farias",
    "Tavares",
    "Sarmento",
    "Cardoso",
    "Pinheiro",
    "de Souza",
    "Ferreira",
    "Monteiro",
    "Barbosa",
    "Nascimento",
    "Corrêa",
    "Gonçalves",
    "do Rosário",
    "Baía",
    "Maués",
)
_TRADES = (
    "Açaí {}",
    "Mercadinho {}",
    "Panificadora {}",
    "Pescados {}",
    "Farmácia {}",
    "Material de Construção {}",
    "Restaurante {}",
    "Oficina {}",
    "Serraria {}",
    "Pousada {}",
)
_COMPANY_NAMES = (
    "Ver-o-Rio",
    "Mangueirão",
    "Marajoara",
    "Boa Vista",
    "Tapajós",
    "Guajará",
    "Vitória Régia",
    "Cabanagem",
    "São Brás",
    "Estrela do Norte",
)


def random_person(rng: Random) -> str:
    """Return a full name."""
    return " ".join([rng.choice(_FIRST_NAMES), *rng.sample(_SURNAMES, 2)])


def random_company(rng: Random) -> str:
    """Return a company's registered name."""
    return rng.choice(_TRADES).format(rng.choice(_COMPANY_NAMES)) + rng.choice((" Ltda.", " ME"))


def email_for(name: str, number: int) -> str:
    """Return an address that nobody has: example.com is reserved for it (RFC 2606).

    ``number`` tells namesakes apart.
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall("[a-z]+", bare)
    return f"{words[0]}.{words[-1]}{number}@example.com"
