"""The letters, in text and in HTML, both made from the same words.

They name nobody and carry no customer number, value or other address: whoever reads a letter that
went to a wrong mailbox learns nothing about the holder. The protocol number goes with each (REN
ANEEL 1.000/2021 art. 403); the agreement is prior, reversible, and does not cover notices of
disconnection (art. 333).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from mail.templating import render


@dataclass(frozen=True)
class Letterhead:
    """Who writes."""

    sender: str  # as in a From header, e.g. "Clara <clara@example.com>"
    distributor: str
    phone: str  # where to complain if somebody else did it


@dataclass(frozen=True)
class _Letter:
    subject: str
    heading: str
    opening: tuple[str, ...]
    link: str | None = None
    closing: tuple[str, ...] = ()


_CHANGES_NOTHING_ELSE = (
    "É grátis e você pode cancelar quando quiser, falando com a Clara. A leitura do medidor e os "
    "prazos de entrega não mudam. Avisos de corte não fazem parte desta autorização."
)


def confirmation(
    head: Letterhead, to: str, link: str, *, protocol: str, at: datetime
) -> EmailMessage:
    """To a new address: what its owner would authorise, and the one-time link that does it."""
    letter = _Letter(
        subject="Confirme seu e-mail para receber a fatura",
        heading="Falta só a sua confirmação",
        opening=(
            f"Recebemos um pedido para enviar a fatura de energia da {head.distributor} para este "
            "e-mail, no lugar da fatura impressa.",
            "Para autorizar, abra o link e toque em “Confirmar”:",
        ),
        link=link,
        closing=(
            "O link vale por 48 horas e só funciona uma vez. Antes da confirmação, nenhuma fatura "
            "é enviada para cá.",
            _CHANGES_NOTHING_ELSE,
            "Não foi você que pediu? É só ignorar esta mensagem: sem o seu clique, nada acontece.",
        ),
    )
    return _compose(head, letter, to, protocol, at)


def address_change(head: Letterhead, to: str, *, protocol: str, at: datetime) -> EmailMessage:
    """To the former address: the bill is to go elsewhere. The new address is not told."""
    letter = _Letter(
        subject="Troca do e-mail da sua fatura",
        heading="O e-mail da sua fatura vai mudar",
        opening=(
            f"Recebemos um pedido para enviar a fatura de energia da {head.distributor} para outro "
            "e-mail.",
            "Assim que o novo endereço estiver confirmado, a fatura deixa de chegar aqui.",
            _not_you(head),
        ),
    )
    return _compose(head, letter, to, protocol, at)


def activation(head: Letterhead, to: str, *, protocol: str, at: datetime) -> EmailMessage:
    """To the registered address: bills come here from now on."""
    letter = _Letter(
        subject="Fatura por e-mail ativada",
        heading="Pronto: sua fatura agora chega por e-mail",
        opening=(
            f"A fatura de energia da {head.distributor} passa a chegar neste e-mail, no lugar da "
            "fatura impressa.",
            _CHANGES_NOTHING_ELSE,
            _not_you(head),
        ),
    )
    return _compose(head, letter, to, protocol, at)


def opt_out(head: Letterhead, to: str, *, protocol: str, at: datetime) -> EmailMessage:
    """To the address that bills went to: they do not any more."""
    letter = _Letter(
        subject="Fatura por e-mail cancelada",
        heading="Sua fatura não vem mais por e-mail",
        opening=(
            f"Como pedido, a fatura de energia da {head.distributor} deixa de chegar neste e-mail "
            "e volta a ser impressa.",
            "Mudou de ideia? É só falar com a Clara.",
            _not_you(head),
        ),
    )
    return _compose(head, letter, to, protocol, at)


def _not_you(head: Letterhead) -> str:
    return f"Não foi você que pediu? Ligue para {head.phone} e informe o protocolo abaixo."


def _compose(
    head: Letterhead, letter: _Letter, to: str, protocol: str, at: datetime
) -> EmailMessage:
    """Raises ``ValueError`` for an address that could slip something into the headers."""
    message = EmailMessage(policy=SMTP)
    message["From"] = head.sender
    message["To"] = _address(to)
    message["Subject"] = letter.subject
    message["Date"] = at
    # Made once and stored with the mail: a mailbox that gets it twice recognises it.
    message["Message-ID"] = make_msgid(domain=message["From"].addresses[0].domain)
    # RFC 3834: keeps out-of-office replies away.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(head, letter, protocol))
    message.add_alternative(
        render("letter.html", head=head, letter=letter, protocol=protocol), subtype="html"
    )
    return message


def _address(email: str) -> Address:
    # Taken apart by us: as a header it might be read as several addresses, or a name with one.
    mailbox, _, domain = email.rpartition("@")
    if not mailbox or not domain:
        raise ValueError("not an e-mail address")
    # Unlike mailboxes, domains such as "ação.com.br" have a spelling that every server takes.
    return Address(username=mailbox, domain=domain.encode("idna").decode())


def _text(head: Letterhead, letter: _Letter, protocol: str) -> str:
    link = (letter.link,) if letter.link else ()
    paragraphs = (letter.heading, *letter.opening, *link, *letter.closing)
    signature = (
        f"Protocolo: {protocol}\n{head.distributor} · {head.phone}\n"
        "Mensagem automática; não precisa responder. Nunca pedimos senha nem dados do cartão."
    )
    return "\n\n".join((*paragraphs, f"-- \n{signature}")) + "\n"
