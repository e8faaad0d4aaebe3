"""One person's watches: told whole, forgotten on request, and let go some time after they ended."""

from datetime import time, timedelta

from bot.chat.people import Conversation
from bot.keys import Keys
from bot.orders import OrderEvent
from bot.store import Store
from bot.watching import Digest
from bot.watching.personal import export_watches, forget_watches, prune_watches
from bot.watching.quiet import Chosen, Quiet
from tests.watching.conftest import ANA, BRUNO, Watchtower


async def test_a_persons_watches_are_told_opened_and_nobody_elses(
    tower: Watchtower, store: Store, keys: Keys
) -> None:
    tower.erp.put("55", "4711")
    tower.erp.put("55", "4712")
    await tower.watch(ANA, "4711", OrderEvent.DISPATCH)
    await tower.watch(BRUNO, "4712")
    channel = Conversation(ANA.platform, "C0ORDERS", ANA.workspace, private=False)
    late = Digest("late", None, time(9), "UTC")
    await tower.watches.watch_list(ANA, await tower.company_id("55"), late, place=channel)
    told = str(await export_watches(store, keys, ANA))
    assert '"4711"' in told
    assert "dispatch" in told
    assert "slack:T1:C0ORDERS" in told
    assert '4712"' not in told


async def test_a_person_who_is_forgotten_watches_nothing(tower: Watchtower, store: Store, keys: Keys) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711")
    await tower.watch(BRUNO, "4711")
    await tower.watches.looks.renew(ANA, await tower.company_id("55"))
    await tower.watches.quiet.choose(ANA, Chosen(Quiet(time(20), time(7)), "UTC"))
    assert "20:00-07:00 UTC" in str(await export_watches(store, keys, ANA))
    await forget_watches(store, ANA)
    assert await export_watches(store, keys, ANA) == {
        "watches": [],
        "last asked what had changed": [],
        "quiet hours": [],
    }
    assert len(await tower.watches.of_person(BRUNO)) == 1


async def test_what_ended_is_let_go_after_a_time_and_what_lives_stays(
    tower: Watchtower, store: Store
) -> None:
    tower.erp.put("55", "4711")
    watch_id = await tower.watch(ANA, "4711")
    await tower.watch(BRUNO, "4711")
    await tower.watches.stop(watch_id, "stopped", of=ANA)
    now = tower.erp.now
    assert await prune_watches(store, now - timedelta(days=1)) == 0
    assert await prune_watches(store, now + timedelta(days=1)) == 1
    assert len(await tower.watches.of_person(BRUNO)) == 1
