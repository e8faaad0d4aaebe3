"""Quiet hours a person chose: what happens in them is told afterwards as one message, and nothing is lost."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.orders import OrderStatus
from bot.watching import Digest
from bot.watching.quiet import NEVER, NIGHT, Chosen, Quiet
from tests.watching.conftest import ANA, BRUNO, Watchtower

SAO_PAULO = "America/Sao_Paulo"
EVENING = Chosen(Quiet(time(20), time(7)), SAO_PAULO)
"""In São Paulo three hours behind UTC."""


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, 1, tzinfo=UTC)


@pytest.fixture
async def watching(tower: Watchtower) -> Watchtower:
    """Ana and Bruno watch two orders, by São Paulo's clock."""
    for number in ("4711", "4712"):
        tower.erp.put("55", number)
        for user in (ANA, BRUNO):
            await tower.watch(user, number, time_zone=SAO_PAULO)
    return tower


async def ships(tower: Watchtower, *numbers: str) -> None:
    for number in numbers:
        tower.erp.put("55", number, status=OrderStatus.SHIPPED)
    await tower.sweep()


async def test_what_happens_in_chosen_hours_is_told_after_them_as_one(watching: Watchtower) -> None:
    await watching.watches.quiet.choose(ANA, EVENING)
    watching.at(utc(20, 23, 10))  # 20:10
    await ships(watching, "4711", "4712")
    assert watching.kept.heard(ANA) == []
    assert watching.kept.heard(BRUNO) == ["changed_despatched"] * 2
    watching.at(utc(21, 9, 50))
    await watching.sweep()  # 06:55
    assert watching.kept.heard(ANA) == []
    watching.at(utc(21, 10))  # 07:00
    await watching.sweep()
    [(_, fired)] = [said for said in watching.kept.said.values() if said[0] == ANA]
    assert [one.phrases[0].key for one in (fired, *fired.also)] == ["changed_despatched"] * 2


async def test_hours_in_the_middle_of_the_day_are_kept_too(watching: Watchtower) -> None:
    await watching.watches.quiet.choose(ANA, Chosen(Quiet(time(12), time(14)), SAO_PAULO))
    watching.at(utc(20, 15, 10))
    await ships(watching, "4711")
    assert watching.kept.heard(ANA) == []
    watching.at(utc(20, 17))
    await watching.sweep()
    assert watching.kept.heard(ANA) == ["changed_despatched"]


async def test_without_quiet_hours_news_comes_at_night_and_what_waited_at_once(watching: Watchtower) -> None:
    watching.at(utc(21, 2))  # 23:00
    await ships(watching, "4711")
    assert watching.kept.heard(ANA) == watching.kept.heard(BRUNO) == []
    await watching.watches.quiet.choose(ANA, Chosen(NEVER, SAO_PAULO))
    await ships(watching, "4712")
    assert watching.kept.heard(ANA) == ["changed_despatched"] * 2
    assert watching.kept.heard(BRUNO) == []


async def test_hours_made_longer_meanwhile_count(watching: Watchtower) -> None:
    watching.at(utc(21, 2))
    await ships(watching, "4711")
    await watching.watches.quiet.choose(ANA, Chosen(Quiet(time(20), time(9)), SAO_PAULO))
    watching.at(utc(21, 10))  # 07:00
    await watching.sweep()
    assert watching.kept.heard(BRUNO) == ["changed_despatched"]
    assert watching.kept.heard(ANA) == []
    watching.at(utc(21, 12))  # 09:00
    await watching.sweep()
    assert watching.kept.heard(ANA) == ["changed_despatched"]


async def test_a_list_waits_for_the_end_of_hours_that_were_chosen(tower: Watchtower) -> None:
    company_id = await tower.company_id("55")
    for user in (ANA, BRUNO):
        await tower.watches.watch_list(user, company_id, Digest("open", None, time(6), "UTC"))
    await tower.watches.quiet.choose(ANA, Chosen(Quiet(time(20), time(8)), "UTC"))
    tower.at(utc(21, 6))
    await tower.sweep()
    assert [user for user, _ in tower.kept.said.values()] == [BRUNO]
    tower.at(utc(21, 8))
    await tower.sweep()
    assert [user for user, _ in tower.kept.said.values()] == [BRUNO, ANA]
    [watch] = await tower.watches.of_person(ANA)
    assert watch.due_at == datetime(2026, 11, 22, 6, tzinfo=UTC)


async def test_a_list_and_news_of_its_orders_that_waited_for_the_same_hour_come_as_one(
    watching: Watchtower,
) -> None:
    company_id = await watching.company_id("55")
    morning = Digest("open", None, time(6), SAO_PAULO)
    for user in (ANA, BRUNO):
        await watching.watches.quiet.choose(user, EVENING)
    listed = await watching.watches.watch_list(ANA, company_id, morning)
    await watching.watches.watch_list(BRUNO, company_id, replace(morning, at=time(7, 30)))
    watching.at(utc(20, 23, 10))
    await ships(watching, "4711")
    watching.at(utc(21, 9))  # 06:00
    await watching.sweep()
    assert watching.kept.said == {}
    watching.at(utc(21, 10))  # 07:00
    await watching.sweep()
    [fired] = [fired for user, fired in watching.kept.said.values() if user == ANA]
    assert [one.phrases[0].key for one in (fired, *fired.also) if one.phrases] == ["changed_despatched"]
    assert [one.watch_id for one in fired.also] == [listed]
    [of_bruno] = [fired for user, fired in watching.kept.said.values() if user == BRUNO]
    assert of_bruno.also == ()
    await watching.sweep()
    assert len(watching.kept.said) == 2
    again = await watching.watches.one(listed)
    assert again is not None
    assert again.due_at == datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        (NIGHT, time(20, 59), None),
        (NIGHT, time(21), (22, time(7))),
        (NIGHT, time(6, 59), (21, time(7))),
        (NIGHT, time(7), None),
        (Quiet(time(12), time(14)), time(13, 59), (21, time(14))),
        (Quiet(time(12), time(14)), time(14), None),
        (Quiet(time(22), time(0)), time(23), (22, time(0))),
        (NEVER, time(0), None),
        (NEVER, time(12), None),
    ],
)
def test_when_quiet_ends(quiet: Quiet, at: time, until: tuple[int, time] | None) -> None:
    now = datetime.combine(datetime(2026, 11, 21).date(), at, UTC)
    expected = until and datetime.combine(datetime(2026, 11, until[0]).date(), until[1], UTC)
    assert quiet.until(now, "UTC") == expected


def test_the_clock_that_is_put_forward_at_night_shortens_it() -> None:
    night = Quiet(time(22), time(7))
    ends = night.until(datetime(2026, 3, 28, 22, tzinfo=UTC), "Europe/Lisbon")
    assert ends == datetime(2026, 3, 29, 6, tzinfo=UTC)
