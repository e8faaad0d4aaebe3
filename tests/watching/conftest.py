"""A sweeper on a real store, an ERP that moves, and an inbox that keeps in a list."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.people import ChatUser, Conversation, Platform
from bot.chat.unasked import Fired
from bot.delivery import NotKept
from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.keys import Keys
from bot.linking import CompanyRow, Linking, Role
from bot.orders import OrderEvent
from bot.store import Store
from bot.watching import Watched, Watches, seen_of
from bot.watching.sweeper import Sweeper
from tests.watching.moving_erp import MovingErp

ANA = ChatUser(Platform.SLACK, "U0ANA", "T1")
BRUNO = ChatUser(Platform.TELEGRAM, "42")
CAROL = ChatUser(Platform.SLACK, "U0CAROL", "T2")
EVERY = timedelta(minutes=5)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Kept:
    """Keeps each id once; `failing` refuses, as a store that does not answer would."""

    said: dict[str, tuple[ChatUser, Fired]] = field(default_factory=dict)
    posted: dict[str, Conversation] = field(default_factory=dict)
    """Where what was for everybody in a channel went."""
    failing: bool = False
    offered: int = 0

    async def tell(self, id: str, user: ChatUser, told: Fired) -> None:
        self.offered += 1
        if self.failing:
            raise NotKept("on purpose")
        self.said.setdefault(id, (user, told))

    async def post(self, id: str, user: ChatUser, told: Fired, place: Conversation) -> None:
        await self.tell(id, user, told)
        self.posted.setdefault(id, place)

    def heard(self, user: ChatUser) -> list[str]:
        """The keys of the sentences somebody was told, in order."""
        return [phrase.key for who, fired in self.said.values() if who == user for phrase in fired.phrases]


@dataclass
class Watchtower:
    """Everything that watching needs; time stands still unless moved."""

    erp: MovingErp
    linking: Linking
    watches: Watches
    sweeper: Sweeper
    kept: Kept

    def at(self, moment: datetime) -> None:
        self.erp.now = moment

    def later(self, **ahead: float) -> None:
        self.erp.now += timedelta(**ahead)

    async def sweep(self) -> None:
        """Let the next sweep come round, and do all that is due then."""
        self.erp.now += EVERY + timedelta(seconds=1)
        due = await self.watches.sweeps.anything_due()
        done = await self.sweeper.hand_over() + await self.sweeper.tell_due()
        done += await self.sweeper.sweep_due()
        # A process looks no further where it is told that nothing is due.
        assert due or not done

    async def watch(
        self,
        user: ChatUser,
        number: str,
        *events: OrderEvent,
        company: str = "55",
        time_zone: str = "UTC",
    ) -> int:
        order = self.erp.orders[company, number]
        company_id = await self.company_id(company)
        return await self.watches.watch_order(
            user, company_id, Watched.of(order), events or (OrderEvent.ANY,), seen_of(order), time_zone
        )

    async def company_id(self, key: str) -> int:
        name = {"55": "Northwind", "77": "Southgate"}[key]
        for user in (ANA, BRUNO, CAROL):
            for company in (await self.linking.access(user)).companies:
                if company.name == name:
                    return company.company_id
        raise AssertionError(f"nobody is linked to {name}")


@pytest.fixture
async def tower(store: Store, keys: Keys) -> Watchtower:
    """Ana and Bruno are Northwind's (55), Carol is Southgate's (77)."""
    erp = MovingErp(now=NOON)

    def clock() -> datetime:
        return erp.now

    gateway = Gateway([erp], limits=ErpLimits(cache_seconds=0), clock=clock)
    linking = Linking(store, keys, [], clock=clock)
    await linking.import_companies(
        [
            CompanyRow(erp="erp", erp_key="55", name="Northwind"),
            CompanyRow(erp="erp", erp_key="77", name="Southgate"),
        ]
    )
    await linking.link_directly(ANA, "erp", "55", role=Role.ADMIN)
    await linking.link_directly(BRUNO, "erp", "55", role=Role.LOGISTICS)
    await linking.link_directly(CAROL, "erp", "77", role=Role.BUYER)
    watches = Watches(store, keys, clock=clock)
    kept = Kept()
    sweeper = Sweeper(watches=watches, linking=linking, gateway=gateway, say=kept, every=EVERY, clock=clock)
    return Watchtower(erp, linking, watches, sweeper, kept)
