"""What tests of linking work with: people, a clock to turn, and a linking on the test's database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from bot.chat.people import ChatUser, Platform
from bot.erp.protocol import CompanyContact, ContactDirectory
from bot.keys import Keys
from bot.linking import CompanyRow, IssuedCode, Linking, StoredContacts
from bot.linking.links import person
from bot.linking.tables import Audit
from bot.store import Store

ANA = ChatUser(Platform.SLACK, "U0ANA", "T0CUSTOMER")
BRUNO = ChatUser(Platform.SLACK, "U0BRUNO", "T0CUSTOMER")
ANA_ON_TELEGRAM = ChatUser(Platform.TELEGRAM, "700001")

ANA_MAIL = "ana.souza@northwind.example"
BOTH_MAIL = "accountant@bureau.example"
"""A contact of Northwind and of Southgate."""

COMPANIES = (
    CompanyRow(erp="erp", erp_key="55", name="Northwind Industrial Ltda", email=ANA_MAIL, contact_name="Ana"),
    CompanyRow(erp="erp", erp_key="55", name="Northwind Industrial Ltda", email=BOTH_MAIL),
    CompanyRow(erp="erp", erp_key="56", name="Southgate Comércio S.A.", email=BOTH_MAIL),
    CompanyRow(erp="erp", erp_key="57", name="Meridian Hospitalar Ltda", tax_id="12ABC34501DE35"),
)


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class TheErp:
    """An ERP that serves contacts, and answers as told."""

    contacts: Sequence[CompanyContact] = ()
    failure: Exception | None = None
    asked: int = 0

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        self.asked += 1
        if self.failure:
            raise self.failure
        return self.contacts

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        return await self.contacts_by_email(phone)


@dataclass
class Desk:
    store: Store
    keys: Keys
    clock: Clock
    linking: Linking
    erp: TheErp

    async def code_for(self, user: ChatUser, email: str = ANA_MAIL) -> str:
        """The code that would be mailed."""
        return (await self.issued(user, email)).code

    async def issued(self, user: ChatUser, email: str = ANA_MAIL) -> IssuedCode:
        issued = await self.linking.codes.request(user, email)
        assert issued is not None
        return issued

    async def companies_of(self, user: ChatUser) -> list[str]:
        return [scope.keys[0] for scope in (one.scope for one in (await self.linking.access(user)).companies)]

    async def audit(self) -> list[tuple[str, str]]:
        """(act, outcome) of every row, oldest first."""
        async with self.store.reading() as session:
            rows = await session.exec(select(Audit).order_by(col(Audit.id)))
            return [(row.act, row.outcome) for row in rows]


async def open_desk(store: Store, keys: Keys) -> Desk:
    clock, erp = Clock(), TheErp()
    directories: list[ContactDirectory] = [StoredContacts(store, keys), erp]
    linking = Linking(store, keys, directories, clock=clock)
    await linking.import_companies(COMPANIES)
    return Desk(store, keys, clock, linking, erp)


def columns(user: ChatUser) -> dict[str, Any]:
    """The columns of a row that say whose it is."""
    return dict(person(user))


def wrong(code: str) -> str:
    """Six digits that are not this code."""
    return f"{(int(code) + 1) % 10**6:06d}"
