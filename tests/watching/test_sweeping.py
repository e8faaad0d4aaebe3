"""Sweeps: one question a company, each change told once to each who waits for it, and to nobody else."""

from datetime import UTC, datetime, time

import pytest

from bot.orders import OrderEvent, OrderStatus
from bot.watching import Digest, TooManyWatches
from bot.watching.watches import MOST_OF_ONE_PERSON
from tests.watching.conftest import ANA, BRUNO, CAROL, Watchtower


async def test_a_despatch_is_told_once_to_each_who_watches(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    for user in (ANA, BRUNO):
        await tower.watch(user, "4711", OrderEvent.DISPATCH)
    await tower.sweep()
    assert tower.kept.said == {}

    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    for _ in range(3):
        await tower.sweep()
    assert tower.kept.heard(ANA) == tower.kept.heard(BRUNO) == ["changed_despatched"]
    assert await tower.watches.of_person(ANA) == []


async def test_the_same_change_a_second_time_is_news_again(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711", OrderEvent.ANY)
    for status in (OrderStatus.IN_PREPARATION, OrderStatus.CONFIRMED, OrderStatus.IN_PREPARATION):
        tower.erp.put("55", "4711", status=status)
        await tower.sweep()
    assert tower.kept.heard(ANA) == ["changed_status"] * 3


async def test_all_who_watch_at_a_company_cost_one_question(tower: Watchtower) -> None:
    for number in range(30):
        tower.erp.put("55", str(number))
        await tower.watch(ANA, str(number))
        await tower.watch(BRUNO, str(number))
    await tower.sweep()
    await tower.sweep()
    tower.erp.asked.clear()
    await tower.sweep()
    assert tower.erp.asked == ["changed"]


async def test_an_erp_that_cannot_tell_what_changed_is_looked_at_in_batches(tower: Watchtower) -> None:
    tower.erp.tells = False
    for number in range(30):
        tower.erp.put("55", str(number))
        await tower.watch(ANA, str(number))
    tower.erp.put("55", "29", status=OrderStatus.SHIPPED)
    tower.erp.asked.clear()
    await tower.sweep()
    assert tower.erp.asked == ["details", "details"]
    assert tower.kept.heard(ANA) == ["changed_despatched"]


async def test_nobody_hears_of_another_companys_order_of_the_same_number(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    tower.erp.put("77", "4711")
    await tower.watch(ANA, "4711")
    await tower.watch(CAROL, "4711", company="77")
    tower.erp.put("77", "4711", status=OrderStatus.SHIPPED)
    await tower.sweep()
    assert tower.kept.heard(ANA) == []
    assert tower.kept.heard(CAROL) == ["changed_despatched"]


async def test_whoever_lost_the_right_is_watched_for_no_more(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711")
    await tower.watch(BRUNO, "4711")
    await tower.linking.unlink(BRUNO)
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    await tower.sweep()
    assert tower.kept.heard(BRUNO) == []
    assert tower.kept.heard(ANA) == ["changed_despatched"]
    assert await tower.watches.of_person(BRUNO) == []


async def test_what_was_written_down_and_not_kept_is_said_later_once(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711")
    tower.erp.put("55", "4711", status=OrderStatus.IN_PREPARATION)
    tower.kept.failing = True
    tower.later(minutes=6)
    await tower.sweeper.sweep_due()
    assert tower.kept.offered == 1

    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    tower.kept.failing = False
    for _ in range(3):
        await tower.sweep()
    assert tower.kept.heard(ANA) == ["changed_status", "changed_despatched"]


async def test_an_erp_that_is_down_delays_and_loses_nothing(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711")
    tower.erp.down = True
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)
    await tower.sweep()
    await tower.sweep()
    assert tower.kept.heard(ANA) == []
    tower.erp.down = False
    await tower.sweep()
    assert tower.kept.heard(ANA) == ["changed_despatched"]


async def test_at_night_news_waits_for_the_morning_and_comes_as_one(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711", time_zone="America/Sao_Paulo")
    tower.at(datetime(2026, 11, 21, 2, 0, tzinfo=UTC))  # 23:00 in São Paulo
    for status in (OrderStatus.IN_PREPARATION, OrderStatus.SHIPPED):
        tower.erp.put("55", "4711", status=status)
        await tower.sweep()
    assert tower.kept.heard(ANA) == []
    tower.at(datetime(2026, 11, 21, 10, 0, 1, tzinfo=UTC))  # 07:00
    await tower.sweep()
    assert tower.kept.heard(ANA) == ["changed_despatched"]


async def test_what_changed_back_at_night_is_no_news(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711")
    tower.at(datetime(2026, 11, 20, 23, 0, tzinfo=UTC))
    for status in (OrderStatus.IN_PREPARATION, OrderStatus.CONFIRMED):
        tower.erp.put("55", "4711", status=status)
        await tower.sweep()
    tower.at(datetime(2026, 11, 21, 8, 0, tzinfo=UTC))
    await tower.sweep()
    assert tower.kept.said == {}


async def test_a_list_is_told_at_its_hours_in_the_readers_zone(tower: Watchtower) -> None:
    company_id = await tower.company_id("55")
    monday_at_nine = Digest("late", 0, time(9), "America/Sao_Paulo")
    await tower.watches.watch_list(ANA, company_id, monday_at_nine)
    tower.at(datetime(2026, 11, 23, 11, 59, tzinfo=UTC))
    await tower.sweeper.tell_due()
    assert tower.kept.said == {}
    tower.at(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    for _ in range(3):
        await tower.sweeper.tell_due()
    assert [user for user, _ in tower.kept.said.values()] == [ANA]
    [watch] = await tower.watches.of_person(ANA)
    assert watch.due_at == datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        # Clocks in Berlin go back on 25 October 2026: nine stays nine.
        (datetime(2026, 10, 24, 8, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),
        (datetime(2026, 10, 23, 8, tzinfo=UTC), datetime(2026, 10, 24, 7, tzinfo=UTC)),
    ],
)
def test_summer_time_moves_no_hour(moment: datetime, due: datetime) -> None:
    assert Digest("open", None, time(9), "Europe/Berlin").next_after(moment) == due


async def test_one_person_watches_a_bounded_number_of_things(tower: Watchtower) -> None:
    for number in range(MOST_OF_ONE_PERSON):
        tower.erp.put("55", str(number))
        await tower.watch(ANA, str(number))
    tower.erp.put("55", "one more")
    with pytest.raises(TooManyWatches):
        await tower.watch(ANA, "one more")
    await tower.watch(ANA, "0", OrderEvent.DELAY)
    await tower.watch(BRUNO, "one more")


async def test_two_processes_share_the_companies(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711")
    tower.later(minutes=6)
    assert len(await tower.watches.sweeps.claim(most=10)) == 1
    assert await tower.watches.sweeps.claim(most=10) == []
    tower.later(minutes=6)
    assert len(await tower.watches.sweeps.claim(most=10)) == 1


async def test_a_company_nobody_watches_is_asked_for_no_more(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    watch_id = await tower.watch(ANA, "4711")
    await tower.watches.stop(watch_id, "stopped", of=ANA)
    await tower.sweep()
    tower.erp.asked.clear()
    await tower.sweep()
    assert tower.erp.asked == []


async def test_nobody_stops_what_another_watches(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    watch_id = await tower.watch(ANA, "4711")
    assert await tower.watches.stop(watch_id, "stopped", of=BRUNO) is None
    assert len(await tower.watches.of_person(ANA)) == 1


async def test_what_was_held_at_night_comes_as_one_message_to_each(tower: Watchtower) -> None:
    for number in ("4711", "4712", "4713"):
        tower.erp.put("55", number)
        await tower.watch(ANA, number)
    await tower.watch(BRUNO, "4711")
    tower.at(datetime(2026, 11, 20, 23, tzinfo=UTC))
    for number in ("4711", "4712"):
        tower.erp.put("55", number, status=OrderStatus.SHIPPED)
    tower.erp.put("55", "4713", status=OrderStatus.CANCELLED)
    await tower.sweep()
    assert tower.kept.said == {}
    tower.at(datetime(2026, 11, 21, 7, 0, 1, tzinfo=UTC))
    for _ in range(3):
        await tower.sweep()
    told = [(user, len(fired.also)) for user, fired in tower.kept.said.values()]
    assert sorted(told, key=lambda one: one[1]) == [(BRUNO, 0), (ANA, 2)]
    # Of the cancelled one nothing more can come: its watch has ended with this.
    left = await tower.watches.of_person(ANA)
    assert sorted(one.order.number for one in left if one.order) == ["4711", "4712"]
