"""A watching process of its own, for tests that kill it: `python -m tests.watching.process prepare|sweep`.

The ERP's books and what was said are in one SQLite file that the test reads and writes too.
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.chat.people import ChatUser, Conversation, Platform
from bot.chat.unasked import Fired
from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.keys import Keys
from bot.linking import CompanyRow, Linking, Role
from bot.migrations import migrate
from bot.orders import Order, OrderEvent, OrderStatus
from bot.scope import CompanyScope
from bot.store import Store, utc_now
from bot.watching import Watched, Watches, seen_of
from bot.watching.sweeper import Sweeper
from tests.watching.moving_erp import MovingErp

FOLDER = Path(os.environ["WATCH_FOLDER"])
ANA = ChatUser(Platform.TELEGRAM, "42")


class BooksErp(MovingErp):
    """The moving ERP, its orders read from the file at every question."""

    def _own(self, asked: str, scope: CompanyScope) -> list[Order]:
        return read_orders()


class Said:
    """Keeps in the file what is said, once per id, as the inbox does."""

    async def tell(self, id: str, user: ChatUser, told: Fired) -> None:
        with sqlite3.connect(FOLDER / "erp.db", timeout=10) as books:
            if books.execute("SELECT 1 FROM said WHERE id = ?", (id,)).fetchone() is None:
                rows = [(id, phrase.values["number"], phrase.key) for phrase in told.phrases]
                books.executemany("INSERT INTO said VALUES (?, ?, ?)", rows)

    async def post(self, id: str, user: ChatUser, told: Fired, place: Conversation) -> None:
        raise AssertionError("nothing is watched in a channel here")


def read_orders() -> list[Order]:
    with sqlite3.connect(FOLDER / "erp.db", timeout=10) as books:
        rows = books.execute("SELECT number, status, changed_at FROM orders").fetchall()
    return [
        Order(
            erp="erp",
            company_key="55",
            order_number=number,
            status=OrderStatus(status),
            changed_at=datetime.fromtimestamp(changed_at, UTC),
            complete=True,
        )
        for number, status, changed_at in rows
    ]


async def prepare(linking: Linking, watches: Watches, orders: Sequence[Order]) -> None:
    await linking.import_companies([CompanyRow(erp="erp", erp_key="55", name="Northwind")])
    linked = await linking.link_directly(ANA, "erp", "55", role=Role.BUYER)
    for order in orders:
        await watches.watch_order(
            ANA, linked.company_id, Watched.of(order), (OrderEvent.ANY,), seen_of(order), zone_by_day()
        )


def zone_by_day() -> str:
    """A zone where it is day now: at night nothing is said."""
    return next(
        zone
        for zone in ("UTC", "Asia/Tokyo", "America/Sao_Paulo", "Pacific/Auckland", "America/Los_Angeles")
        if 8 <= utc_now().astimezone(ZoneInfo(zone)).hour < 20
    )


async def main(what: str) -> None:
    store = Store(f"sqlite:///{FOLDER / 'bot.db'}")
    keys = Keys([os.environ["WATCH_KEY"]])
    linking, watches = Linking(store, keys, []), Watches(store, keys, claim_lasts=timedelta(seconds=1))
    if what == "prepare":
        await prepare(linking, watches, read_orders())
    else:
        sweeper = Sweeper(
            watches=watches,
            linking=linking,
            gateway=Gateway([BooksErp()], limits=ErpLimits(cache_seconds=0)),
            say=Said(),
            every=timedelta(milliseconds=100),
            clock=utc_now,
        )
        while True:
            await sweeper.hand_over()
            await sweeper.tell_due()
            await sweeper.sweep_due()
            await asyncio.sleep(0.02)
    await store.aclose()


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        migrate(f"sqlite:///{FOLDER / 'bot.db'}")
    asyncio.run(main(sys.argv[1]))
