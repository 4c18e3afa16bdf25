"""The whole assistant for tests: demo distributor, trained model, actions, records; no servers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import select
from typing_extensions import Self

import records
from actions.desk import open_desk
from attendance.clock import local_date
from billing.database import DatabaseGateway, migrate, open_engine
from billing.demo import fill
from billing.demo.customers import DemoCustomer
from billing.demo.fill import demo_customers
from billing.gateway import BillingUnavailable
from billing.identifiers import Cnpj, Cpf, UcNumber
from billing.model import Bill
from billing.wording import MONTHS, day, money, month
from bot.assembly import facts
from bot.conversations import Conversations
from bot.delivery.house import Delivery
from bot.engine import Engine
from bot.model import Project
from channels.assistant import Author, Entry, IncomingMessage, Sender, Working
from channels.message import Choice
from channels.sending import SendingChannel
from mail.confirmation import Confirmed, redeem
from records.tables import mail_outbox
from settings import Settings, load
from tests.dialogue import Reply

CUSTOMERS = (
    "maria", "raimundo", "socorro", "edilson", "taina",
    "ver_o_rio", "guajara", "jose", "larissa", "benedita",
)  # fmt: skip


class BreakableBilling:
    """The billing gateway, with a switch."""

    def __init__(self, gateway: DatabaseGateway) -> None:
        self.works = True
        self._gateway = gateway

    def __getattr__(self, name: str) -> Any:
        if not self.works:
            raise BillingUnavailable("switched off by the test")
        return getattr(self._gateway, name)


@dataclass
class Company:
    """Everything behind the channels."""

    settings: Settings
    records: Any
    billing: BreakableBilling
    engine: Engine
    delivery: Delivery
    today: date

    @property
    def conversations(self) -> Conversations:
        """The assistant, as channels know it."""
        return self.delivery.conversations

    @classmethod
    @asynccontextmanager
    async def open(
        cls, directory: Path, channels: Sequence[SendingChannel] = ()
    ) -> AsyncIterator[Company]:
        """Build it in an empty directory, with ``channels`` to send by."""
        with environment(CLARA_DATA_DIR=str(directory)):
            settings = load()
            today = local_date(datetime.now(timezone.utc))
            billing_engine = open_engine(settings.billing.database_url)
            migrate(settings.billing.database_url)
            fill(billing_engine, today)
            records_engine = records.connect(settings.records_url)
            records.migrate(records_engine)
            billing = BreakableBilling(DatabaseGateway(billing_engine))
            open_desk(settings, records_engine, billing)  # type: ignore[arg-type]
            project = Project()
            assert project.model.exists(), "train first: make train"
            engine = await Engine.load(project.model, project.endpoints, records_engine)
            delivery = Delivery(
                records_engine,
                settings.secret,
                engine,
                channels=channels,
                facts=facts(settings.distributor),
            )
            await delivery.start()
            company = cls(settings, records_engine, billing, engine, delivery, today)
            company.keep_billing()
            yield company
            await delivery.stop()

    def keep_billing(self) -> None:
        """Keep the billing database as it is now."""
        self._copy(self.settings.data_dir / "billing.db", self.settings.data_dir / "kept.db")

    def restore_billing(self) -> None:
        """Undo what a dialogue did to the billing system."""
        self.billing.works = True
        self._copy(self.settings.data_dir / "kept.db", self.settings.data_dir / "billing.db")

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)

    def newest_confirmation_token(self) -> str:
        """The token of the link in the newest mail that waits to go out."""
        query = select(mail_outbox.c.message).order_by(mail_outbox.c.id.desc()).limit(1)
        with self.records.begin() as connection:
            raw = connection.execute(query).scalar_one()
        body = message_from_bytes(raw, policy=default).get_body(("plain",))
        return re.search(r"/confirmar-email/(\S+)", body.get_content()).group(1)

    def said_since_last_message(self, conversation_id: str) -> list[str]:
        """Names of the replies of the last turn."""
        with sqlite3.connect(self.settings.data_dir / "records.db") as connection:
            rows = connection.execute(
                "SELECT type_name, data FROM events WHERE sender_id = ? ORDER BY id DESC",
                (conversation_id,),
            )
            return _names_of_last_turn([(kind, json.loads(data)) for kind, data in rows])


def _names_of_last_turn(newest_first: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Replies after the last message, and those that opened the session just before it."""
    names: list[str] = []
    before_message: list[str] = []
    heard = False
    for kind, event in newest_first:
        if kind == "user":
            if heard:
                break
            heard = True
        elif kind == "bot":
            name = event["metadata"].get("utter_action", "?")
            (before_message if heard else names).insert(0, name)
        elif heard and kind == "action" and event["name"] == "action_session_start":
            return before_message + names
        elif heard and kind == "action" and event["name"] != "action_listen":
            break
    return names


class CompanyPlayer:
    """What players have in common, over whichever channel they write."""

    def __init__(self, company: Company, sender: Sender) -> None:
        self._company = company
        self._sender = sender
        self._entries: asyncio.Queue[Entry | Working] = asyncio.Queue()
        self._travel: time_machine.travel | None = None

    def __enter__(self) -> Self:
        self._stop_following = self._company.conversations.follow(self._sender, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_following()
        if self._travel:
            self._travel.stop()
        self._company.restore_billing()

    async def _hear(self, event: Entry | Working) -> None:
        self._entries.put_nowait(event)

    async def _answer(self) -> list[Entry]:
        """What Clara says until she has nothing more to say."""
        said: list[Entry] = []
        while True:
            event = await asyncio.wait_for(self._entries.get(), 60)
            if isinstance(event, Entry) and event.author is Author.CLARA:
                said.append(event)
            elif event == Working(False):
                return said

    def _names(self) -> list[str]:
        """Of the replies of the last turn."""
        transcript = self._company.conversations._transcript
        conversation_id = transcript.conversation_of(self._sender)
        return self._company.said_since_last_message(str(conversation_id))

    def wait(self, minutes: int) -> None:
        """Let time pass for the proofs, the attendance and Rasa's session alike."""
        later = datetime.now(timezone.utc) + timedelta(minutes=minutes)
        self._travel = time_machine.travel(later, tick=True)
        self._travel.start()

    def billing(self, works: bool) -> None:
        """Break or mend the billing system."""
        self._company.billing.works = works

    async def confirm_email(self) -> None:
        """Redeem the link in the newest mail that waits to go out."""
        token = self._company.newest_confirmation_token()
        confirmed = redeem(
            self._company.records,
            token,
            self._company.billing.confirm_email_invoice,
            datetime.now(timezone.utc),
        )
        assert isinstance(confirmed, Confirmed)


class DirectPlayer(CompanyPlayer):
    """Plays through ``channels.assistant.Assistant`` itself, as every channel does."""

    def __init__(self, company: Company) -> None:
        super().__init__(company, Sender("test", "dialogues", uuid.uuid4().hex))
        self._offered: dict[str, str] = {}
        self.offers: list[tuple[Choice, ...]] = []  # all that were made

    async def write(self, text: str) -> Reply:
        """Send a text."""
        return await self.send(text=text)

    async def pick(self, title: str) -> Reply:
        """Pick what was offered last under this title."""
        assert title in self._offered, f"não há o botão {title!r}, só {list(self._offered)}"
        return await self.send(choice=self._offered[title])

    async def send(self, hours_late: int = 0, **content: Any) -> Reply:
        """Send anything that a channel may bring, hours late if it does."""
        message = IncomingMessage(
            sender=self._sender,
            message_id=uuid.uuid4().hex,
            sent_at=datetime.now(timezone.utc) - timedelta(hours=hours_late),
            **content,
        )
        await self._company.conversations.accept(message)
        said = await self._answer()
        offers = [entry.message.choices for entry in said if entry.message.choices]
        self._offered = {choice.title: choice.id for offer in offers for choice in offer}
        self.offers += offers
        return self._reply(said)

    def _reply(self, said: list[Entry]) -> Reply:
        messages = [entry.message for entry in said]
        return Reply(
            names=self._names(),
            text="\n\n".join(message.text for message in messages if message.text),
            choices=[choice.title for message in messages for choice in message.choices],
            copyables=[item.text for message in messages for item in message.copyables],
            attachments=[item.media_type for message in messages for item in message.attachments],
        )


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Settings for a test, in place of what the machine has."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("CLARA_")}
    for name in kept:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            del os.environ[name]
        os.environ.update(kept)


def facts_of(customer: str | None, company: Company) -> dict[str, Any]:
    """What a dialogue may mention of its customer, by the Portuguese names it uses."""
    if customer is None:
        return {}
    known = demo_customers()
    if customer in CUSTOMERS:
        return _facts(known[CUSTOMERS.index(customer)], company.billing)
    # "tentativas_1": somebody ordinary, whose identity no other dialogue needs unlocked.
    people = [one for one in known[len(CUSTOMERS) :] if _owes_one_bill(one, company.billing)]
    return _facts(people[int(customer.removeprefix("tentativas_"))], company.billing)


def _owes_one_bill(customer: DemoCustomer, billing: Any) -> bool:
    if customer.birth_date is None or len(customer.units) != 1:
        return False
    return len(billing.open_bills(customer.units[0].unit.id)) == 1


def _facts(customer: DemoCustomer, billing: Any) -> dict[str, Any]:
    holder, born = customer.holder, customer.birth_date
    units = [unit.unit for unit in customer.units]
    open_bills = [bill for unit in units for bill in billing.open_bills(unit.id)]
    paid = [bill for bill in billing.bills(units[0].id) if not bill.is_open]
    facts: dict[str, Any] = {
        "nome": holder.name,
        "primeiro_nome": holder.name.split()[0],
        "email": holder.email,
        "codigo": units[0].customer_code,
        "contas": [BillFacts.of(bill) for bill in open_bills],
        "pagas": [BillFacts.of(bill) for bill in paid],
        "total": money(sum(bill.amount_cents for bill in open_bills)),
    }
    if units[0].uc:
        uc = UcNumber(units[0].uc)
        facts |= {"uc": uc.formatted, "uc_curta": uc.short}
    if holder.is_company:
        facts["cnpj"] = Cnpj(holder.document).formatted
    if born:
        facts |= {
            "cpf": Cpf(holder.document).formatted,
            "cpf_digitos": holder.document,
            "nascimento": day(born),
            "nascimento_digitos": born.strftime("%d%m%Y"),
            "nascimento_por_extenso": f"{born.day} de {MONTHS[born.month - 1]} de {born.year}",
        }
    return facts


@dataclass(frozen=True)
class BillFacts:
    """A bill, as a dialogue mentions it."""

    mes: str
    nome_do_mes: str
    mes_abreviado: str
    mes_em_numeros: str
    valor: str
    valor_em_numeros: str
    vencimento: str
    linha: str
    linha_impressa: str
    pix: str

    @classmethod
    def of(cls, bill: Bill) -> BillFacts:
        """The bill in words."""
        return cls(
            mes=month(bill.month),
            nome_do_mes=MONTHS[bill.month.month - 1],
            mes_abreviado=MONTHS[bill.month.month - 1][:3],
            mes_em_numeros=bill.month.strftime("%m/%y"),
            valor=money(bill.amount_cents),
            valor_em_numeros=money(bill.amount_cents).removeprefix("R$ "),
            vencimento=day(bill.due_on),
            linha=bill.payment_line,
            linha_impressa=bill.payment_code.formatted_line,
            pix=bill.pix,
        )
