"""Who the ten showcase customers are: constants, chosen by hand.

CPF and CNPJ are valid, well known from documentation, and nobody's here.
"""

from __future__ import annotations

from datetime import date

from billing.demo.customers import DemoCustomer, DemoUnit
from billing.demo.situations import Situation
from billing.demo.tariff import COMMERCIAL, LOW_INCOME, RESIDENTIAL, SupplyClass
from billing.model import Address, Holder, Unit


def _holder(number: int, name: str, document: str, email: str | None) -> Holder:
    return Holder(f"demo-holder-{number:04d}", name, document, email)


def _unit(
    holder: Holder,
    number: int,
    numbers: tuple[str, str | None],  # customer code, UC
    address: Address,
    kwh: int,
    situation: Situation,
    supply_class: SupplyClass = RESIDENTIAL,
    *,
    by_collection: bool = False,
) -> DemoUnit:
    customer_code, uc = numbers
    unit = Unit(f"demo-unit-{number:04d}", holder.id, uc, customer_code, address)
    return DemoUnit(unit, date(2008 + number, 3, 12), supply_class, kwh, situation, by_collection)


_MARIA = _holder(1, "Maria de Nazaré Pantoja", "52998224725", "maria.pantoja@example.com")
_RAIMUNDO = _holder(2, "Raimundo Lobato Furtado", "11144477735", "raimundo.furtado@example.com")
_SOCORRO = _holder(3, "Socorro Quaresma Baía", "39053344705", "socorro.baia@example.com")
_EDILSON = _holder(4, "Edilson Miranda Tavares", "86288366757", "edilson.tavares@example.com")
_TAINA = _holder(5, "Tainá Sarmento Corrêa", "74697131401", "taina.correa@example.com")
_VER_O_RIO = _holder(6, "Açaí Ver-o-Rio Ltda.", "11222333000181", "contas.verorio@example.com")
_GUAJARA = _holder(7, "Pescados Guajará Ltda.", "12ABC34501DE35", "fiscal.guajara@example.com")
_JOSE = _holder(8, "José Maria Cardoso Maués", "15350946056", "jose.maues@example.com")
_LARISSA = _holder(9, "Larissa Monteiro Pinheiro", "16899535009", "larissa.pinheiro@example.com")
_BENEDITA = _holder(10, "Benedita do Rosário Farias", "45317828791", None)

SHOWCASE: tuple[tuple[str, DemoCustomer], ...] = (
    (
        "Uma conta em aberto, ainda no prazo.",
        DemoCustomer(
            _MARIA,
            date(1984, 10, 13),
            (
                _unit(
                    _MARIA,
                    1,
                    ("3001234567", "000361904199923"),
                    Address("Rua dos Mundurucus, 1450", "Jurunas", "Belém", "PA", "66055120"),
                    215,
                    Situation.ONE_OPEN,
                ),
            ),
        ),
    ),
    (
        "Nenhuma conta em aberto.",
        DemoCustomer(
            _RAIMUNDO,
            date(1959, 5, 2),
            (
                _unit(
                    _RAIMUNDO,
                    2,
                    ("3002345678", "001002003099981"),
                    Address("Passagem Santa Rita, 88", "Guamá", "Belém", "PA", "66065230"),
                    168,
                    Situation.SETTLED,
                ),
            ),
        ),
    ),
    (
        "Três contas em aberto na mesma unidade; Tarifa Social.",
        DemoCustomer(
            _SOCORRO,
            date(1971, 1, 27),
            (
                _unit(
                    _SOCORRO,
                    3,
                    ("3003456789", "002011188899980"),
                    Address("Travessa do Chaco, 530", "Centro", "Cametá", "PA", "68400310"),
                    150,
                    Situation.THREE_OPEN,
                    LOW_INCOME,
                ),
            ),
        ),
    ),
    (
        "Uma conta vencida, paga como conta de consumo (código de 48 dígitos).",
        DemoCustomer(
            _EDILSON,
            date(1990, 7, 30),
            (
                _unit(
                    _EDILSON,
                    4,
                    ("84009474", "003055577799916"),
                    Address("Rua Quinze de Novembro, 712", "Aldeia", "Santarém", "PA", "68005480"),
                    242,
                    Situation.ONE_OVERDUE,
                    by_collection=True,
                ),
            ),
        ),
    ),
    (
        "A última conta foi paga ontem.",
        DemoCustomer(
            _TAINA,
            date(1998, 12, 8),
            (
                _unit(
                    _TAINA,
                    5,
                    ("3004567890", "004122233399900"),
                    Address(
                        "Alameda das Mangueiras, 15, casa A",
                        "Coqueiro",
                        "Ananindeua",
                        "PA",
                        "67130600",
                    ),
                    187,
                    Situation.PAID_YESTERDAY,
                ),
            ),
        ),
    ),
    (
        "Empresa com duas unidades e contas em aberto.",
        DemoCustomer(
            _VER_O_RIO,
            None,
            (
                _unit(
                    _VER_O_RIO,
                    6,
                    ("3005678901", "005012345699921"),
                    Address("Avenida Pedro Miranda, 2010", "Pedreira", "Belém", "PA", "66085005"),
                    1850,
                    Situation.ONE_OPEN,
                    COMMERCIAL,
                ),
                _unit(
                    _VER_O_RIO,
                    7,
                    ("3005678902", "006177788899900"),
                    Address("Travessa Lomas Valentinas, 305", "Marco", "Belém", "PA", "66095770"),
                    940,
                    Situation.TWO_OPEN,
                    COMMERCIAL,
                ),
            ),
        ),
    ),
    (
        "Empresa com CNPJ alfanumérico e uma conta em aberto.",
        DemoCustomer(
            _GUAJARA,
            None,
            (
                _unit(
                    _GUAJARA,
                    8,
                    ("3006789012", "007090909099907"),
                    Address("Rua Magalhães Barata, 44", "Centro", "Bragança", "PA", "68600290"),
                    3120,
                    Situation.ONE_OPEN,
                    COMMERCIAL,
                ),
            ),
        ),
    ),
    (
        "Três unidades: em dia, a vencer e vencida.",
        DemoCustomer(
            _JOSE,
            date(1966, 9, 19),
            (
                _unit(
                    _JOSE,
                    9,
                    ("3007890123", "001002003199977"),
                    Address(
                        "Rua Padre Eutíquio, 1880, apto. 302", "Nazaré", "Belém", "PA", "66023710"
                    ),
                    310,
                    Situation.SETTLED,
                ),
                _unit(
                    _JOSE,
                    10,
                    ("3007890124", "001002003299962"),
                    Address("Avenida Beira-Mar, 92", "Atalaia", "Salinópolis", "PA", "68721000"),
                    140,
                    Situation.ONE_OPEN,
                ),
                _unit(
                    _JOSE,
                    11,
                    ("3007890125", "000361904299919"),
                    Address("Rua dos Tamoios, 1201, altos", "Jurunas", "Belém", "PA", "66025540"),
                    205,
                    Situation.ONE_OVERDUE,
                ),
            ),
        ),
    ),
    (
        "Já recebe a conta por e-mail; uma conta em aberto.",
        DemoCustomer(
            _LARISSA,
            date(1987, 4, 5),
            (
                _unit(
                    _LARISSA,
                    12,
                    ("3008901234", "008123456799953"),
                    Address(
                        "Avenida Presidente Vargas, 610", "Centro", "Castanhal", "PA", "68740005"
                    ),
                    228,
                    Situation.ONE_OPEN,
                ),
            ),
            email_active=True,
        ),
    ),
    (
        "Só tem o número antigo (conta contrato), sem e-mail cadastrado; duas contas em aberto.",
        DemoCustomer(
            _BENEDITA,
            date(1949, 2, 11),
            (
                _unit(
                    _BENEDITA,
                    13,
                    ("1990207", None),
                    Address("Vila São Benedito, 7", "Algodoal", "Abaetetuba", "PA", "68440190"),
                    160,
                    Situation.TWO_OPEN,
                ),
            ),
        ),
    ),
)
