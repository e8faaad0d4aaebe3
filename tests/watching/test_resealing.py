"""After a new key was put first and the rows were resealed, watches live on without the old key."""

from datetime import time

from cryptography.fernet import Fernet

from bot.keys import Keys
from bot.linking import CompanyRow, Linking
from bot.linking.resealing import reseal
from bot.orders import OrderEvent
from bot.store import Store
from bot.watching import Watched, Watches, seen_of
from bot.watching.about import about_of
from bot.watching.tables import Watch
from bot.watching.values import Digest
from tests.watching.conftest import ANA, NOON
from tests.watching.moving_erp import MovingErp

LATE = Digest("late", 0, time(9), "America/Sao_Paulo")


async def test_watches_are_read_and_found_with_the_newest_key_alone(store: Store) -> None:
    first, second = (Fernet.generate_key().decode() for _ in range(2))
    old, both, new = Keys([first]), Keys([second, first]), Keys([second])
    linking = Linking(store, old, [])
    await linking.import_companies([CompanyRow(erp="erp", erp_key="55", name="Northwind")])
    company_id = (await linking.link_directly(ANA, "erp", "55")).company_id
    erp = MovingErp(now=NOON)
    erp.put("55", "4711")
    order = erp.orders["55", "4711"]

    async def watch(keys: Keys) -> tuple[int, int]:
        watches, events = Watches(store, keys), [OrderEvent.DISPATCH]
        of_order = await watches.watch_order(
            ANA, company_id, Watched.of(order), events, seen_of(order), "UTC"
        )
        return of_order, await watches.watch_list(ANA, company_id, LATE)

    begun = await watch(old)
    assert (await reseal(Linking(store, both, []).books, {Watch: about_of}))["watches"] == 2
    live = await Watches(store, new).of_person(ANA)
    assert [one.order and one.order.number for one in live] == ["4711", None]
    assert [one.seen for one in live] == [seen_of(order), None]
    # Asked for again they are the same watches, not two more.
    assert await watch(new) == begun
