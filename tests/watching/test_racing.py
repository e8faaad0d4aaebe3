"""What must not get lost or doubled while processes race, ERPs fall away, and people see different orders."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.linking import Reach, Role
from bot.orders import Order, OrderStatus
from bot.scope import CompanyScope
from bot.watching.sweeper import Sweeper
from tests.watching.conftest import ANA, BRUNO, EVERY, NOON, Watchtower
from tests.watching.moving_erp import MovingErp


@dataclass
class MeetingErp(MovingErp):
    """Answers for details only once two have asked for them."""

    meet: asyncio.Barrier | None = None

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        found = await super().details(scope, order_numbers)
        if self.meet is not None:
            await self.meet.wait()
        return found


def another_process(tower: Watchtower, erp: MovingErp) -> Sweeper:
    gateway = Gateway([erp], limits=ErpLimits(cache_seconds=0), clock=tower.sweeper.clock)
    return replace(tower.sweeper, gateway=gateway)


async def test_two_processes_that_look_at_the_same_moment_say_it_once(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711")
    tower.at(datetime(2026, 11, 20, 23, tzinfo=UTC))
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    await tower.sweep()
    tower.at(datetime(2026, 11, 21, 7, 0, 1, tzinfo=UTC))

    meeting = MeetingErp(now=tower.erp.now, orders=tower.erp.orders, meet=asyncio.Barrier(2))
    both = [another_process(tower, meeting) for _ in range(2)]
    await asyncio.gather(*(one.tell_due() for one in both))
    meeting.meet = None
    for _ in range(2):
        await both[0].tell_due()
    assert tower.kept.heard(ANA) == ["changed_despatched"]


async def test_each_hears_of_their_own_orders_where_nobody_sees_all(tower: Watchtower) -> None:
    for user, number in ((ANA, "4711"), (BRUNO, "4712")):
        tower.erp.put("55", number, placed_by=user.user_id)
        await tower.watch(user, number)
        await tower.linking.link_directly(
            user, "erp", "55", role=Role.BUYER, reach=Reach.OWN, contact_name=user.user_id
        )
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    tower.erp.put("55", "4712", status=OrderStatus.SHIPPED)
    await tower.sweep()
    assert tower.kept.heard(ANA) == tower.kept.heard(BRUNO) == ["changed_despatched"]


async def test_whoever_sees_all_sees_for_those_who_see_their_own(tower: Watchtower) -> None:
    """The narrow right comes first; one question does for both all the same."""
    tower.erp.put("55", "4711", placed_by="Ana")
    await tower.watch(ANA, "4711")
    await tower.watch(BRUNO, "4711")
    await tower.linking.link_directly(ANA, "erp", "55", role=Role.BUYER, reach=Reach.OWN, contact_name="Ana")
    await tower.sweep()
    tower.erp.asked.clear()
    await tower.sweep()
    assert tower.erp.asked == ["changed"]
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    await tower.sweep()
    assert tower.kept.heard(ANA) == tower.kept.heard(BRUNO) == ["changed_despatched"]


async def test_what_changed_is_heard_though_twenty_others_have_lost_their_right(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    gone = [replace(ANA, user_id=f"U{number}") for number in range(25)]
    for user in gone:
        await tower.linking.link_directly(user, "erp", "55", role=Role.BUYER)
        await tower.watch(user, "4711")
    await tower.watch(BRUNO, "4711")
    for user in gone:
        await tower.linking.unlink(user)
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    await tower.sweep()
    assert tower.kept.heard(BRUNO) == ["changed_despatched"]


@dataclass
class FlakyErp(MovingErp):
    """Tells what changed, and then does not answer for the orders themselves."""

    away: bool = False

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        if self.away:
            self.down = True
        return await super().details(scope, order_numbers)


async def test_what_an_erp_said_before_it_went_away_is_not_taken_for_what_is(tower: Watchtower) -> None:
    flaky = FlakyErp(now=NOON)
    sweeper = another_process(tower, flaky)
    tower.erp.orders = flaky.orders
    flaky.put("55", "4711")
    await tower.watch(ANA, "4711")
    # It is known from a question, and would be told from memory while the ERP is away.
    scope = (await tower.linking.access(ANA)).current
    assert scope is not None
    await sweeper.gateway.details(scope.scope, ["4711"])

    flaky.put("55", "4711", status=OrderStatus.SHIPPED)
    flaky.away = True
    tower.later(minutes=5)
    await sweeper.sweep_due()
    flaky.away = flaky.down = False
    # Later than what is asked for twice at every sweep.
    tower.later(minutes=20)
    await sweeper.sweep_due()
    assert tower.kept.heard(ANA) == ["changed_despatched"]


async def test_a_change_is_told_though_the_order_was_asked_for_a_moment_before(tower: Watchtower) -> None:
    gateway = Gateway([tower.erp], limits=ErpLimits(cache_seconds=3600), clock=tower.sweeper.clock)
    tower.sweeper = replace(tower.sweeper, gateway=gateway)
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711")
    current = (await tower.linking.access(ANA)).current
    assert current is not None
    await gateway.details(current.scope, ["4711"])
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    await tower.sweep()
    assert tower.kept.heard(ANA) == ["changed_despatched"]
    [shown] = await gateway.details(current.scope, ["4711"])
    assert shown.status is OrderStatus.SHIPPED


@dataclass
class LateErp(MovingErp):
    """Something happens just after it has told what changed."""

    watched: Watchtower | None = None

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        found = await super().details(scope, order_numbers)
        if self.watched is not None:
            tower, self.watched = self.watched, None
            tower.later(seconds=1)
            self.now = tower.erp.now
            self.put("55", "4712", status=OrderStatus.SHIPPED)
            await tower.watches.sweeps.stir(await tower.company_id("55"))
        return found


async def test_what_stirs_while_a_company_is_looked_at_is_looked_at_next(tower: Watchtower) -> None:
    late = LateErp(now=NOON)
    tower.erp.orders = late.orders
    sweeper = another_process(tower, late)
    for number in ("4711", "4712"):
        late.put("55", number)
        await tower.watch(ANA, number)
    late.put("55", "4711", status=OrderStatus.SHIPPED)
    late.watched = tower
    tower.at(NOON + EVERY)
    assert await sweeper.sweep_due() == 1
    tower.later(seconds=6)
    assert await sweeper.sweep_due() == 1
    assert tower.kept.heard(ANA) == ["changed_despatched"] * 2


async def test_what_was_written_by_another_is_not_written_over(tower: Watchtower) -> None:
    """A process that was slow hands over what it read; by then the next thing waits to be said."""
    tower.erp.put("55", "4711")
    watch_id = await tower.watch(ANA, "4711")
    tower.kept.failing = True
    tower.erp.put("55", "4711", status=OrderStatus.IN_PREPARATION)
    tower.later(minutes=6)
    await tower.sweeper.sweep_due()
    [slow] = await tower.watches.outbox.waiting()

    tower.kept.failing = False
    await tower.sweeper.hand_over()
    tower.kept.failing = True
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    tower.later(minutes=6)
    await tower.sweeper.sweep_due()
    await tower.watches.outbox.kept(slow)
    tower.kept.failing = False
    await tower.sweeper.hand_over()
    assert tower.kept.heard(ANA) == ["changed_status", "changed_despatched"]
    assert await tower.watches.one(watch_id) is not None
