"""Who blocks the bot hears nothing, and hears again what they watched once they let it speak."""

from datetime import time

from bot.linking import Role
from bot.orders import OrderEvent, OrderStatus
from bot.watching import Digest
from tests.watching.conftest import ANA, BRUNO, Watchtower


async def test_what_rests_is_told_to_nobody_and_begins_again_with_the_right_to_it(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    tower.erp.put("55", "4712")
    await tower.watch(BRUNO, "4711", OrderEvent.DISPATCH)
    await tower.watch(ANA, "4712", OrderEvent.DISPATCH)
    company = await tower.company_id("55")
    await tower.watches.watch_list(BRUNO, company, Digest("open", None, time(9), "UTC"))

    assert await tower.watches.sleep(BRUNO) == 2
    await tower.linking.unlink(BRUNO, why="blocked")
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    tower.erp.put("55", "4712", status=OrderStatus.SHIPPED)
    assert await tower.sweeper.wake() == 0
    await tower.sweep()
    assert tower.kept.heard(BRUNO) == []
    assert tower.kept.heard(ANA) == ["changed_despatched"]

    await tower.linking.link_directly(BRUNO, "erp", "55", role=Role.LOGISTICS)
    assert await tower.sweeper.wake() == 2
    assert await tower.sweeper.wake() == 0
    await tower.sweep()
    assert tower.kept.heard(BRUNO) == ["changed_despatched"]
    [left] = await tower.watches.of_person(BRUNO)
    assert left.digest is not None


async def test_what_was_begun_anew_meanwhile_is_not_doubled(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(BRUNO, "4711")
    await tower.watches.sleep(BRUNO)
    await tower.watch(BRUNO, "4711")

    assert await tower.sweeper.wake() == 0
    assert len(await tower.watches.of_person(BRUNO)) == 1
    assert await tower.watches.sleepers() == []
